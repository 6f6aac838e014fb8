"""What stands between a map-server and AI World: TLS, refusals, events, the world's stream."""

from __future__ import annotations

import grpc
import pytest

from grpc_api.pb.aiworld.v1 import world_pb2
from grpc_api.tls import authority as authorities
from grpc_api.tls.credentials import Paths, server_credentials
from grpc_api.tls.files import Folder

SERVER_ID = "server-0123456789abcdef"
ASKED = {"npc": "prontera/Smith", "player.char_id": 7}


class Authority:
    """A certificate authority of this test, as `manage.py certificates` makes one."""

    def __init__(self, folder):
        self.folder = Folder(folder)
        self.folder.keep_authority(authorities.make_authority(days=2))
        self.path = self.folder.bundle

    def serving(self, *, mutual):
        signed = authorities.issue_server(self.folder.authority(), ["127.0.0.1"], days=1)
        certificate, key = self.folder.keep("server", signed)
        return server_credentials(Paths(certificate, key, self.path if mutual else None))

    def client(self):
        """Paths of a certificate and its key."""
        signed = authorities.issue_client(self.folder.authority(), [SERVER_ID], days=1)
        return self.folder.keep("map-server", signed)


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


def test_tls_with_the_right_authority(play, authority):
    keys = {"tls_enabled": "yes", "tls_ca_cert": authority.path}
    game = play(credentials=authority.serving(mutual=False), **keys)
    assert game.ask("Dialogue.Recall", ASKED).code == "ok"


def test_tls_with_a_stranger_is_no_connection(play, authority, tmp_path):
    (tmp_path / "other").mkdir()
    keys = {"tls_enabled": "yes", "tls_ca_cert": Authority(tmp_path / "other").path}
    safe = authority.serving(mutual=False)
    game = play(connected=False, credentials=safe, **keys)
    game.until(lambda: game.state == "away")
    plain = play(connected=False)
    plain.until(lambda: plain.state == "away")


def test_mutual_tls_needs_the_clients_certificate(play, authority, fake):
    safe = authority.serving(mutual=True)
    certificate, key = authority.client()
    keys = {"tls_enabled": "yes", "tls_ca_cert": authority.path}
    stranger = play(connected=False, credentials=safe, **keys)
    stranger.until(lambda: stranger.state == "away")
    assert fake.seen == []
    game = play(tls_client_cert=certificate, tls_client_key=key, **keys)
    assert game.ask("Dialogue.Recall", ASKED).code == "ok"


def test_a_certificate_that_is_none_is_named(play, tmp_path):
    for path, words in ((tmp_path / "none.pem", "cannot read"), (tmp_path / "x.pem", "no PEM")):
        (tmp_path / "x.pem").write_text("hello")
        game = play(connected=False, tls_enabled="yes", tls_ca_cert=path)
        assert game.bridge is None and game.logged(words) and game.logged(str(path))


@pytest.mark.parametrize("code", ["UNAUTHENTICATED", "PERMISSION_DENIED", "FAILED_PRECONDITION"])
def test_a_refused_key_is_said_once_and_npcs_run_their_scripts(play, fake, code):
    fake.refuse_handshake = grpc.StatusCode[code]
    game = play(connected=False)
    game.until(lambda: game.state == "refused" and game.logged("refused by 127.0.0.1"))
    assert len(game.logged("refused by 127.0.0.1")) == 1
    assert game.ask("Dialogue.Recall", ASKED).code == "away"
    assert len(fake.requests("Handshake")) == 1


def test_a_key_that_is_revoked_later_is_noticed(play, fake):
    game = play()
    fake.refuse_handshake = grpc.StatusCode.UNAUTHENTICATED
    fake.failures = [grpc.StatusCode.UNAUTHENTICATED]
    assert game.ask("Dialogue.Recall", ASKED).code == "refused"
    game.until(lambda: game.state == "refused")


KILL = {"player.char_id": 7, "kill.monster_id": 1002}


def told(fake):
    return [event for batch in fake.requests("ReportEvents") for event in batch.events]


def test_events_are_told_in_batches_with_an_id_and_a_moment(play, fake):
    game = play()
    for _ in range(150):
        assert game.event(KILL) == "ok"
    game.event({"player.char_id": 7, "log_out": 1, "event_id": "row-1", "happened_at": 1700000000})
    game.until(lambda: game.status.events_sent == 151)
    assert max(len(batch.events) for batch in fake.requests("ReportEvents")) <= 100
    assert len(fake.requests("ReportEvents")) <= 4
    assert len({event.event_id for event in told(fake)}) == 151
    assert {batch.source for batch in fake.requests("ReportEvents")} == {"map-server"}
    first, last = told(fake)[0], told(fake)[-1]
    assert first.kill.monster_id == 1002 and first.happened_at.seconds > 1_700_000_000
    assert (last.event_id, last.happened_at.seconds) == ("row-1", 1700000000)
    assert last.WhichOneof("what") == "log_out"


def test_events_that_could_not_be_told_are_told_again_as_they_were(play, fake):
    fake.failures = [grpc.StatusCode.UNAVAILABLE]
    game = play()
    game.event(KILL)
    game.until(lambda: game.status.events_sent == 1)
    first, again = fake.requests("ReportEvents")
    assert first == again


def test_one_event_that_cannot_be_read_holds_up_no_other(play, fake):
    fake.poison = "bad"
    game = play()
    game.event(KILL | {"no.such.field": 1})
    for at in range(9):
        game.event(KILL | {"event_id": "bad" if at == 4 else f"good-{at}"})
    game.until(lambda: game.status.events_sent == 8 and game.status.events_waiting == 0)
    assert game.status.events_dropped == 2
    game.until(lambda: game.logged("an event was refused"))
    game.until(lambda: game.logged("no field 'no.such.field'"))


def test_events_that_wait_are_told_before_it_closes(play, fake, library):
    game = play()
    game.event(KILL)
    library.ai_bridge_close(game.bridge)
    game.bridge = None
    assert len(told(fake)) == 1


def test_ai_world_is_told_what_the_game_acts_on_and_again_when_it_changes(play, fake):
    game = play(connected=False)
    assert game.act_on("hazard", "npc_arrival") == "ok"
    game.active()
    game.until(lambda: fake.acts)
    assert game.act_on() == "ok"
    game.until(lambda: len(fake.acts) == 2)
    assert fake.acts == [["hazard", "npc_arrival"], []]


def test_world_events_arrive_and_go_on_after_a_break_where_they_were(play, fake):
    text = world_pb2.Announcement(text="Olá", raw_text="Olá".encode("cp1252"))
    fake.world = [world_pb2.WorldEvent(id=1, announcement=text, state="WORLD_EVENT_STATE_ACTIVE")]
    game = play()
    game.until(lambda: len(game.world) == 1)
    fields = game.world[0].fields
    assert fields["event.what"] == b"announcement" and fields["event.state"] == b"active"
    assert fields["event.announcement.text"] == "Olá".encode("cp1252")
    fake.world += [None, world_pb2.WorldEvent(id=3)]
    game.until(lambda: len(game.world) == 3)
    assert [event.fields["event.id"] for event in game.world] == [1, 2, 3]
    assert fake.cursors == ["", "1"] and fake.acts == [None, None]
    assert game.state == "active"
