"""Every key of ai_sidecar.conf does what docs/reference/rathena-client.md says."""

from __future__ import annotations

from contextlib import ExitStack

import grpc
import pytest

from grpc_api.pb.aiworld.v1 import dialogue_pb2
from portal.sidecar_conf import sidecar_conf
from tests.clients.library import Game
from tests.faults.proxy import FaultProxy

AWAY = grpc.StatusCode.UNAVAILABLE
BROKEN = grpc.StatusCode.INTERNAL
ASKED = {"npc": "prontera/Smith", "player.char_id": 7, "query": "iron"}
METHODS = {
    "dialogue": ("Dialogue.Talk", "Dialogue.StreamTalk", "Dialogue.FetchReply"),
    "decisions": ("Dialogue.Decide",),
    "memory": ("Dialogue.Remember", "Dialogue.Recall"),
    "quests": ("Quests.GenerateQuest", "Quests.ListQuests"),
}


def recall(game, **options):
    return game.ask("Dialogue.Recall", ASKED, **options)


def test_disabled_connects_nowhere(play, fake):
    game = play(connected=False, enabled="no")
    assert recall(game).code == "disabled" and game.state == "disabled"
    assert fake.seen == []


def test_key_and_server_id_travel_with_every_call(play, fake):
    game = play(api_key="sk-one", game_server_id="server-1")
    assert recall(game).code == "ok"
    for method in ("Handshake", "Recall"):
        [sent] = fake.metadata(method)
        assert sent["x-api-key"] == "sk-one" and sent["x-server-id"] == "server-1"
    [hello] = fake.requests("Handshake")
    assert hello.game_server_id == "server-1" and hello.protocol_version == 1
    assert not game.logged("sk-one")


@pytest.mark.parametrize(("size", "least", "most"), [(1, 1, 1), (4, 3, 4)])
def test_calls_go_over_as_many_connections_as_the_pool_has(play, fake, size, least, most):
    """The stream of the world's events keeps one of them busy, and calls take the others first."""
    game = play(connection_pool_size=size)

    def peers():
        recall(game)
        return {peer for name, *_, peer in fake.seen if name == "Recall"}

    game.until(lambda: len(peers()) >= least)  # a call goes only where there is one already
    for _ in range(20):
        assert len(peers()) <= most


def test_timeout_is_for_all_tries_together(play, fake):
    fake.delay = 3
    game = play(timeout_ms=1000)
    result = recall(game)
    assert result.code == "timeout" and result.run_legacy and result.attempts == 1
    assert recall(game, timeout_ms=30000).code == "ok"


def test_what_was_away_is_tried_again_with_the_same_id(play, fake):
    fake.failures = [AWAY] * 2
    result = recall(play(max_retries=2, retry_delay_ms=5))
    assert result.code == "ok" and result.attempts == 3
    ids = {metadata["x-request-id"] for metadata in fake.metadata("Recall")}
    assert len(ids) == 1 and result.fields["request_id"].decode() in ids


def test_no_more_than_max_retries_and_never_what_was_refused(play, fake):
    game = play(max_retries=1, retry_delay_ms=5, fallback_after_errors=100)
    fake.failures = [AWAY] * 9
    assert recall(game).attempts == 2
    for code in (BROKEN, grpc.StatusCode.NOT_FOUND, grpc.StatusCode.RESOURCE_EXHAUSTED):
        fake.failures = [code] * 9
        assert recall(game).attempts == 1


def test_retry_delay_beyond_the_deadline_ends_it(play, fake):
    fake.failures = [AWAY] * 9
    game = play(max_retries=5, retry_delay_ms=10_000, timeout_ms=1000)
    assert recall(game).attempts == 1


def test_compression_makes_what_is_sent_smaller(play, fake, scales):
    long = ASKED | {"query": "iron " * 4000}
    sizes = {}
    for word in ("no", "yes"):
        game = play(compression=word, through=scales, connection_pool_size=1)
        before = scales.sent
        assert game.ask("Dialogue.Recall", long).code == "ok"
        sizes[word] = scales.sent - before
    assert sizes["yes"] < sizes["no"] / 5


def test_a_reply_that_is_too_big_is_not_taken(play, fake):
    fake.reply = dialogue_pb2.RecallReply(
        memories=[dialogue_pb2.Memory(text="x" * 100_000) for _ in range(15)]
    )
    assert recall(play(max_message_size_mb=1)).code == "overloaded"
    assert recall(play(max_message_size_mb=2)).code == "ok"


def test_after_so_many_failures_nothing_is_asked_until_it_answers_again(play, fake):
    fake.failures = [BROKEN] * 3
    game = play(fallback_after_errors=3)
    assert [recall(game).code for _ in range(3)] == ["away"] * 3
    if game.state == "away":  # else the probe has been there already
        assert recall(game).code in ("away", "ok")
    game.until(lambda: game.state == "active" and game.logged("Connection restored"))
    assert game.logged("Connection lost") and recall(game).code == "ok"
    assert len(fake.requests("Handshake")) >= 2


def test_one_failure_less_changes_nothing(play, fake):
    fake.failures = [BROKEN] * 2
    game = play(fallback_after_errors=3)
    for _ in range(2):
        recall(game)
    assert recall(game).code == "ok"
    assert not game.logged("Connection lost")


def test_without_fallback_calls_wait_for_it_to_return(play, fake):
    fake.failures = [BROKEN]
    game = play(fallback_to_legacy="no", fallback_after_errors=1)
    first = recall(game)
    assert first.code == "away" and not first.run_legacy
    assert recall(game).code == "ok"
    game.until(lambda: game.logged("calls wait for it"))


@pytest.mark.parametrize("group", METHODS)
def test_a_group_that_is_switched_off_is_not_asked(play, group):
    game = play(**{f"enable_{group}": "no"})
    for method in METHODS[group]:
        assert game.call(method, ASKED)[0] == "disabled"
    others = [each for name in METHODS if name != group for each in METHODS[name]]
    assert all(game.call(method, {})[0] == "ok" for method in others)


def test_log_level_leaves_out_what_is_below(play):
    assert play(log_level="info").logged("ACTIVE")
    game = play(log_level="warning", nonsense="1")
    assert not game.logged("ACTIVE")
    [(level, line)] = [each for each in game.lines if "nonsense" in each[1]]
    assert level == "warning" and "unknown key" in line


def test_requests_are_logged_without_words_or_names(play):
    game = play(log_requests="yes")
    recall(game)
    game.until(lambda: game.logged("Dialogue.Recall ok in"))
    assert not game.logged("iron") and not play().logged("Dialogue.Recall")


def test_a_slow_call_is_warned_of(play, fake):
    patient, game = play(log_slow_ms=60_000), play(log_slow_ms=200)
    fake.delay = 0.25
    recall(patient)
    recall(game)
    game.until(lambda: game.logged("slow: Dialogue.Recall"))
    patient.turn()
    assert not patient.logged("slow")


def test_only_what_may_be_kept_is_kept(play, fake):
    game = play()
    assert not any(recall(game).cached for _ in range(2))
    fake.cache_seconds = 60
    assert [recall(game).cached for _ in range(3)] == [False, True, True]
    other = ASKED | {"player.char_id": 8}
    assert not game.ask("Dialogue.Recall", other).cached
    assert game.status.cache_hits == 2 and game.status.cache_entries == 2
    assert not recall(game, request_id=b"my-own").cached


def test_nothing_is_kept_if_the_cache_is_off(play, fake):
    fake.cache_seconds = 60
    game = play(enable_local_cache="no")
    assert not any(recall(game).cached for _ in range(3))


def test_the_cache_holds_so_many_and_no_longer_than_its_ttl(play, fake):
    fake.cache_seconds = 60
    game = play(cache_max_entries=1, cache_ttl_seconds=1)
    other = ASKED | {"player.char_id": 8}
    for asked in (ASKED, other, ASKED):
        assert not game.ask("Dialogue.Recall", asked).cached
    assert game.status.cache_entries == 1
    game.until(lambda: not recall(game).cached)


def test_an_overloaded_server_says_when_to_come_back(play, fake):
    fake.failures = [grpc.StatusCode.RESOURCE_EXHAUSTED]
    result = recall(play())
    assert (result.code, result.reason, result.retry_after_ms) == ("overloaded", "OverQuota", 1500)


def test_the_portals_file_is_read_without_a_word(library, server, tmp_path):
    path = tmp_path / "ai_sidecar.conf"
    path.touch(mode=0o600)
    path.write_text(sidecar_conf(server, key="sk-1", endpoint="127.0.0.1:1"))
    with Game(library, path) as game:
        game.until(lambda: game.state == "away" and len(game.lines) > 1)
    assert [level for level, _ in game.lines] == ["info", "warning"]  # connecting, and lost


class Wall:
    """A door that may stop carrying anything, while TCP believes in it."""

    def __init__(self, stack):
        self._stack = stack

    def to(self, port):
        self.proxy = self._stack.enter_context(FaultProxy("127.0.0.1", port))
        return self.proxy.port


def test_keepalive_notices_a_connection_that_carries_nothing(play):
    """Within keepalive_ms and the 5 s that a ping has; without calls, nothing else would."""
    with ExitStack() as stack:
        often, seldom = Wall(stack), Wall(stack)
        keys = {"connection_pool_size": 1}
        first = play(through=often, keepalive_ms=11_000, **keys)
        play(through=seldom, keepalive_ms=3_600_000, **keys)
        before = [wall.proxy.accepted for wall in (often, seldom)]
        for wall in (often, seldom):
            wall.proxy.set(blackhole="both")
        first.until(lambda: often.proxy.accepted > before[0])
        assert seldom.proxy.accepted == before[1]
