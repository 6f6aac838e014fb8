"""Limits of a server, over the real gRPC server."""

from __future__ import annotations

import copy
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import grpc
import pytest
from django.utils import timezone

from aiworld.errors import Unavailable
from aiworld.turns import Turns
from grpc_api.interceptors.quota import COSTS
from grpc_api.pb.aiworld.v1 import common_pb2, dialogue_pb2, npcs_pb2, server_pb2
from grpc_api.peers import address_of, caller
from grpc_api.servicers.catalogue import features
from tenants import api_keys, context, counting, quotas
from tenants.congestion import HANGS, Congestion
from tenants.context import in_tenant
from tenants.models import HandshakeAttempt, Server
from tests.conftest import make_npc
from tests.grpc_api.calls import details, refused, request
from tests.llm_endpoint import answer

HELLO = server_pb2.HandshakeRequest(protocol_version=1, client="rathena-ai 1.0")


@pytest.fixture
def limited(server):
    """Sets limits of the first server for one test."""
    before = {
        name: getattr(server, name)
        for name in (
            "rate_limit_per_minute",
            "rate_limit_per_hour",
            "rate_limit_per_player",
            "max_concurrent_npcs",
        )
    }

    def limit(**limits):
        Server.objects.filter(pk=server.pk).update(**limits)
        api_keys.forget_all()

    yield limit
    limit(**before)


def trailing(error):
    return dict(error.trailing_metadata())


def limit_of(error):
    return details(error)["QuotaFailure"].violations[0].subject


def outcomes(call, times):
    found = []
    for _ in range(times):
        try:
            call()
            found.append("ok")
        except grpc.RpcError as error:
            found.append(error.code().name)
    return found


def waited_for(outcome, server):
    """Written when the answer is on its way."""
    ends = time.monotonic() + 10
    while time.monotonic() < ends:
        row = HandshakeAttempt.objects.filter(server=server, outcome=outcome).first()
        if row:
            return row
        time.sleep(0.02)
    raise AssertionError(f"nothing of {outcome} was written down")


class TestCallsAMinute:
    def test_beyond_them_a_call_is_refused_with_when_and_why(self, talk, player, limited):
        limited(rate_limit_per_minute=3)
        assert outcomes(lambda: talk("Hello", player), 3) == ["ok"] * 3
        error = refused(lambda: talk("Hello", player))
        assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        assert "3 calls of a minute" in error.details()
        seconds = int(trailing(error)["retry-after"])
        assert 1 <= seconds <= 65
        exact = details(error)["RetryInfo"].retry_delay.ToTimedelta().total_seconds()
        assert seconds - 1 <= exact <= seconds
        assert limit_of(error) == "calls_per_minute"

    def test_another_server_is_not_affected(
        self, talk, stubs, player, limited, other_npc, other_key
    ):
        limited(rate_limit_per_minute=1)
        outcomes(lambda: talk("Hello", player), 3)
        other = (("x-api-key", other_key),)
        said = request("Hello", player)
        assert stubs.dialogue.Talk(said, metadata=other, timeout=5).text

    def test_a_stream_counts_too(self, stream, player, limited):
        limited(rate_limit_per_minute=1)
        stream("Hello", player)
        assert limit_of(refused(lambda: stream("Hello", player))) == "calls_per_minute"

    def test_to_recall_is_cheap_and_to_shake_hands_free(
        self, stubs, npc, player, metadata, limited
    ):
        limited(rate_limit_per_minute=2)
        asked = dialogue_pb2.RecallRequest(npc=npc.key, player=player)
        found = outcomes(lambda: stubs.dialogue.Recall(asked, metadata=metadata, timeout=5), 12)
        assert found == ["ok"] * 10 + ["RESOURCE_EXHAUSTED"] * 2
        assert stubs.server.Handshake(HELLO, metadata=metadata, timeout=5).server_id

    def test_the_other_calls_count_as_well(self, stubs, metadata, limited):
        limited(rate_limit_per_minute=1)
        asked = npcs_pb2.SyncNpcsRequest()
        found = outcomes(lambda: stubs.npcs.SyncNpcs(asked, metadata=metadata, timeout=5), 2)
        assert found == ["ok", "RESOURCE_EXHAUSTED"]

    def test_handshakes_have_a_limit_of_their_own(self, stubs, metadata, monkeypatch):
        monkeypatch.setattr("grpc_api.interceptors.quota.HANDSHAKES", 2)
        call = lambda: stubs.server.Handshake(HELLO, metadata=metadata, timeout=5)  # noqa: E731
        assert outcomes(call, 3) == ["ok", "ok", "RESOURCE_EXHAUSTED"]
        assert "retry-after" in trailing(refused(call))


def test_every_call_has_its_cost():
    assert {name.replace("/", ".") for name in COSTS} == set(features())


class TestTalks:
    def test_of_one_player_with_one_npc(self, talk, player, other_player, limited):
        limited(rate_limit_per_player=2)
        assert outcomes(lambda: talk("Hello", player), 3)[-1] == "RESOURCE_EXHAUSTED"
        assert limit_of(refused(lambda: talk("Hello", player))) == "talks_per_player"
        assert talk("Hello", other_player).text

    def test_a_further_npc_is_refused_and_the_known_one_goes_on(
        self, talk, player, server, limited
    ):
        with in_tenant(server):
            make_npc("prontera/Guard#gate")
        limited(max_concurrent_npcs=1)
        talk("Hello", player)
        error = refused(lambda: talk("Hello", player, npc="prontera/Guard#gate"))
        assert (error.code(), limit_of(error)) == (
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            "concurrent_npcs",
        )
        assert "own script" in error.details() and int(trailing(error)["retry-after"]) <= 60
        assert talk("And now?", player).text

    def test_an_npc_that_does_not_answer_by_ai_takes_no_place(
        self, talk, stream, player, server, limited
    ):
        with in_tenant(server):
            make_npc("prontera/Mute#gate", ai_enabled=False)
        limited(max_concurrent_npcs=1)
        for call in (talk, stream):
            for key in ("prontera/Mute#gate", "prontera/Nobody", ""):
                error = refused(lambda call=call, key=key: call("Hello", player, npc=key))
                assert error.code() != grpc.StatusCode.RESOURCE_EXHAUSTED
        assert talk("Hello", player).text


class TestAtOnce:
    def test_a_servers_share_of_the_process_is_bounded(
        self, stubs, llm, talk, npc, player, metadata, settings, other_npc, other_key
    ):
        settings.MAX_CONCURRENT_PER_SERVER = 2
        llm.default = answer("The sea is wide.", delay=1.5)
        guests = [common_pb2.Player(char_id=500_000 + at, name=f"Guest {at}") for at in range(6)]

        def one(guest):
            return outcomes(lambda: talk("Tell me a story about the sea.", guest), 1)[0]

        with ThreadPoolExecutor(6) as pool:
            running = [pool.submit(one, guest) for guest in guests]
            time.sleep(0.4)
            hello = stubs.server.Handshake(HELLO, metadata=(("x-api-key", other_key),), timeout=5)
            found = sorted(each.result() for each in running)
        assert found == ["RESOURCE_EXHAUSTED"] * 4 + ["ok"] * 2
        assert hello.server_id
        assert outcomes(lambda: talk("Hello", player), 1) == ["ok"]

    @pytest.mark.parametrize("measure", ["waited", "expected"])
    def test_whoever_would_wait_long_is_refused_at_once_and_the_others_are_not(
        self, stubs, npc, player, server, metadata, other_key, monkeypatch, measure
    ):
        monkeypatch.setattr(Turns, measure, lambda _, whose: 3.0 * (whose == server.pk))

        def talk(seconds):
            said = request("Hello", player)
            return stubs.dialogue.Talk(said, metadata=metadata, timeout=seconds)

        error = refused(lambda: talk(5))
        assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        assert "more calls come" in error.details() and trailing(error)["retry-after"] == "1"
        assert stubs.server.Handshake(HELLO, metadata=(("x-api-key", other_key),), timeout=5)
        assert talk(60).text  # it has the time

    def test_while_the_database_hangs_nobody_waits_for_a_turn(
        self, stubs, npc, player, metadata, monkeypatch
    ):
        said = request("Hello", player)
        assert stubs.dialogue.Talk(said, metadata=metadata, timeout=60).text

        class Hung(Congestion):
            def check(self):
                raise Unavailable(HANGS, retry_after=1)

        async def begin(_, whose):
            raise AssertionError(whose)

        monkeypatch.setattr(Turns, "begin", begin)
        monkeypatch.setattr(context, "_congestion", lambda: Hung(1))
        error = refused(lambda: stubs.dialogue.Talk(said, metadata=metadata, timeout=60))
        assert error.code() == grpc.StatusCode.UNAVAILABLE
        assert trailing(error)["retry-after"] == "1"


class TestRedisAway:
    @pytest.fixture
    def away(self, settings):
        back = settings.CACHES
        caches = copy.deepcopy(back)
        caches["default"]["LOCATION"] = "redis://127.0.0.1:1/0"
        settings.CACHES = caches
        yield lambda: setattr(settings, "CACHES", back)
        settings.CACHES = back

    def test_the_limit_holds_and_redis_is_used_again(self, talk, player, limited, away, server):
        limited(rate_limit_per_minute=4)
        assert outcomes(lambda: talk("Hello", player), 6) == ["ok"] * 4 + ["RESOURCE_EXHAUSTED"] * 2
        away()
        counting.breaker.succeeded()
        quotas.forget_all()
        assert outcomes(lambda: talk("Hello", player), 1) == ["ok"]
        quotas.forget_all()
        assert outcomes(lambda: talk("Hello", player), 4) == ["ok"] * 3 + ["RESOURCE_EXHAUSTED"]


class TestWrongKeys:
    def hello(self, stubs, key, **fields):
        metadata = [("x-api-key", key)]
        if "server_id" in fields:
            metadata.append(("x-server-id", fields.pop("server_id")))
        asked = server_pb2.HandshakeRequest(protocol_version=1, **fields)
        return stubs.server.Handshake(asked, metadata=metadata, timeout=5)

    def test_ten_and_the_address_waits_but_a_key_that_was_right_passes(self, stubs, api_key):
        assert self.hello(stubs, api_key).server_id
        wrong = [lambda at=at: self.hello(stubs, f"sk-{at:012x}-x") for at in range(10)]
        assert [refused(call).code().name for call in wrong] == ["UNAUTHENTICATED"] * 10
        error = refused(lambda: self.hello(stubs, "sk-ffffffffffff-x"))
        assert (error.code().name, limit_of(error)) == ("RESOURCE_EXHAUSTED", "wrong_keys")
        assert 50 <= int(trailing(error)["retry-after"]) <= 60
        api_keys.forget_all()
        assert self.hello(stubs, api_key).server_id

    def test_the_owner_learns_and_the_caller_does_not(self, stubs, server, api_key):
        wrong = refused(lambda: self.hello(stubs, api_key + "x", client="rathena-ai 1.0"))
        unknown = refused(lambda: self.hello(stubs, "sk-0123456789ab-x"))
        assert wrong.details() == unknown.details() == api_keys.UNKNOWN
        row = waited_for("wrong_key", server)
        assert (row.address, row.client) == ("127.0.0.1", "rathena-ai 1.0")

    def test_an_unknown_key_is_told_to_whom_it_names(self, stubs, server, other_server):
        refused(lambda: self.hello(stubs, "sk-0123456789ab-x", game_server_id=server.server_id))
        refused(lambda: self.hello(stubs, "sk-0123456789ab-y", server_id=other_server.server_id))
        assert waited_for("wrong_key", server) and waited_for("wrong_key", other_server)


class TestHandshake:
    def test_it_tells_the_servers_own_limits(self, stubs, metadata, limited, settings):
        limited(rate_limit_per_minute=77, rate_limit_per_hour=888, max_concurrent_npcs=9)
        limits = stubs.server.Handshake(HELLO, metadata=metadata, timeout=5).limits
        assert (limits.calls_per_minute, limits.calls_per_hour, limits.concurrent_npcs) == (
            77,
            888,
            9,
        )
        assert limits.talks_per_player == 30
        assert limits.concurrent_calls == settings.MAX_CONCURRENT_PER_SERVER

    def test_it_is_written_down(self, stubs, metadata, server):
        stubs.server.Handshake(HELLO, metadata=metadata, timeout=5)
        [row] = HandshakeAttempt.objects.filter(server=server)
        assert (row.outcome, row.client, row.address) == ("accepted", "rathena-ai 1.0", "127.0.0.1")

    @pytest.mark.parametrize(
        "fields, outcome, detail",
        [
            ({"protocol_version": 9}, "wrong_protocol", "version 9 instead of 1"),
            (
                {"protocol_version": 1, "game_server_id": "server-x\u202e"},
                "wrong_server_id",
                "server-x",
            ),
        ],
    )
    def test_what_it_got_wrong_is_too(self, stubs, metadata, server, fields, outcome, detail):
        asked = server_pb2.HandshakeRequest(**fields)
        refused(lambda: stubs.server.Handshake(asked, metadata=metadata, timeout=5))
        [row] = HandshakeAttempt.objects.filter(server=server)
        assert (row.outcome, row.detail) == (outcome, detail)

    def test_another_servers_id_beside_any_call_is_too(
        self, stubs, metadata, server, other_server, npc, player
    ):
        claimed = (*metadata, ("x-server-id", other_server.server_id))
        refused(lambda: stubs.dialogue.Talk(request("Hi", player), metadata=claimed, timeout=5))
        assert waited_for("wrong_server_id", server).detail == other_server.server_id
        assert not HandshakeAttempt.objects.filter(server=other_server).exists()

    def test_a_wrong_clock_is_no_reason_to_refuse(self, stubs, metadata, server):
        asked = server_pb2.HandshakeRequest(protocol_version=1)
        asked.client_time.FromDatetime(timezone.now() - timedelta(hours=2))
        assert stubs.server.Handshake(asked, metadata=metadata, timeout=5).server_id
        rows = HandshakeAttempt.objects.filter(server=server)
        assert set(rows.values_list("outcome", flat=True)) == {"accepted", "wrong_clock"}

    def test_a_time_that_is_none_is_the_callers_mistake(self, stubs, metadata):
        asked = server_pb2.HandshakeRequest(protocol_version=1)
        asked.client_time.seconds = 2**62
        error = refused(lambda: stubs.server.Handshake(asked, metadata=metadata, timeout=5))
        assert error.code() == grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize(
    "peer, address",
    [
        ("ipv4:192.0.2.1:50123", "192.0.2.1"),
        ("ipv6:%5B2001:db8::1%5D:50123", "2001:db8::1"),
        ("ipv6:[2001:db8::1]:50123", "2001:db8::1"),
        ("ipv6:%5Bfe80::1%25eth0%5D:50123", "fe80::1"),
        ("ipv6:%5B::ffff:192.0.2.1%5D:50123", "192.0.2.1"),
        ("unix:/run/aiworld.sock", ""),
        ("unix:", ""),
        ("ipv4:nonsense:1", ""),
        ("", ""),
    ],
)
def test_where_a_call_came_from(peer, address):
    assert address_of(peer) == address


@pytest.mark.parametrize(
    ("trusted", "told", "address"),
    [
        (0, "192.0.2.7", "198.51.100.1"),
        (1, "192.0.2.7", "192.0.2.7"),
        (1, "203.0.113.9, 192.0.2.7", "192.0.2.7"),
        (2, "203.0.113.9, 192.0.2.7, 10.0.0.1", "192.0.2.7"),
        (2, "192.0.2.7", "198.51.100.1"),
        (1, "nobody", "198.51.100.1"),
        (1, "", "198.51.100.1"),
    ],
)
def test_behind_proxies_of_ours_the_address_is_the_one_they_were_asked_from(
    settings, trusted, told, address
):
    settings.GRPC_TRUSTED_PROXY_COUNT = trusted
    assert caller("ipv4:198.51.100.1:50123", told) == address
