"""ReportEvents: each event counts once, whoever sends it how often."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import grpc
import pytest
from django.db import connection
from django.utils import timezone

from grpc_api.pb.aiworld.v1 import common_pb2, world_pb2
from tenants.context import in_tenant
from tests.grpc_api.calls import field_of, refused
from world.models import (
    ActivityHour,
    EconomicTransaction,
    GameEvent,
    GameEventId,
    PlayerInteraction,
    PlayerProfile,
)
from world.reports import receivers

ONE, TWO = 150_001, 150_002
Fault = world_pb2.EventFault


def made(char_id=ONE, *, event_id=None, at=None, map_name="prt_fild08", name="", **what):
    event = world_pb2.GameEvent(
        event_id=event_id or uuid.uuid4().hex,
        player=common_pb2.Player(char_id=char_id, name=name),
        place=common_pb2.Place(map=map_name, x=10, y=20),
        **what,
    )
    event.happened_at.FromDatetime(at or datetime.now(UTC) - timedelta(seconds=1))
    return event


def kill(**fields):
    return made(kill=world_pb2.Kill(monster_id=1002), **fields)


@pytest.fixture
def report(stubs, metadata):
    def report(*events, source="map-1", metadata=metadata, timeout=20):
        request = world_pb2.ReportEventsRequest(source=source, events=events)
        return stubs.world.ReportEvents(request, metadata=metadata, timeout=timeout)

    return report


def test_what_was_reported_becomes_profile_money_edges_and_sums(report, server):
    began = datetime.now(UTC) - timedelta(hours=2)
    log_in = world_pb2.LogIn(base_level=50, job_level=20, job="Knight")
    sale = world_pb2.VendingSale(buyer_char_id=TWO, item_id=501, amount=10, price=45)
    loot = world_pb2.ZenyChange(change=300, reason=world_pb2.ZENY_REASON_MONSTER)
    reply = report(
        made(log_in=log_in, name="Aline", at=began),
        kill(at=began + timedelta(minutes=5)),
        made(kill=world_pb2.Kill(monster_id=1002, number=4), at=began + timedelta(minutes=6)),
        made(mvp_kill=world_pb2.MvpKill(monster_id=1038), at=began + timedelta(minutes=7)),
        made(death=world_pb2.Death(killer_char_id=TWO), at=began + timedelta(minutes=8)),
        made(base_level=world_pb2.BaseLevel(level=51), at=began + timedelta(minutes=9)),
        made(vending_sale=sale, map_name="prontera", at=began + timedelta(minutes=10)),
        made(zeny_change=loot, at=began + timedelta(minutes=11)),
        made(log_out=world_pb2.LogOut(), map_name="prontera", at=began + timedelta(minutes=30)),
    )
    assert (reply.accepted, reply.duplicates, len(reply.refused)) == (9, 0, 0)
    with in_tenant(server):
        one = PlayerProfile.objects.get(pk=ONE)
        assert (one.name, one.base_level, one.job_level, one.job) == ("Aline", 51, 20, "Knight")
        assert (one.kills, one.mvp_kills, one.deaths) == (6, 1, 1)
        assert (one.play_seconds, one.online_since, one.map_name) == (1_800, None, "prontera")
        money = EconomicTransaction.objects.order_by("happened_at")
        assert [(row.kind, row.item_id, row.amount, row.zeny) for row in money] == [
            ("vending", 501, 10, 450), ("drop", None, 1, 300),
        ]  # fmt: skip
        edges = {(e.source_id, e.target_id, e.kind) for e in PlayerInteraction.objects.all()}
        assert edges == {(TWO, ONE, "fight"), (ONE, TWO, "trade")}
        hours = ActivityHour.objects.filter(kind="kill", map_name="prt_fild08")
        assert sum(row.number for row in hours) == 5
        assert GameEvent.objects.count() == 9


def test_a_sitting_that_goes_on_over_several_batches_is_played_once(report, server):
    began = datetime.now(UTC) - timedelta(hours=3)
    report(made(log_in=world_pb2.LogIn(), name="Aline", at=began))
    report(kill(at=began + timedelta(minutes=20)))
    with in_tenant(server):
        assert PlayerProfile.objects.get(pk=ONE).online_since == began
    # The map-server died; the character comes back, so it had played until it was last seen.
    report(made(log_in=world_pb2.LogIn(), at=began + timedelta(hours=1)))
    report(made(log_out=world_pb2.LogOut(), at=began + timedelta(hours=1, minutes=10)))
    report(made(log_out=world_pb2.LogOut(), at=began + timedelta(hours=1, minutes=11)))
    with in_tenant(server):
        one = PlayerProfile.objects.get(pk=ONE)
        assert (one.play_seconds, one.online_since) == (1_200 + 600, None)


def test_a_repeat_counts_for_nothing_and_a_batch_partly_seen_for_the_rest(report, server):
    old, new = kill(event_id="a"), kill(event_id="b")
    assert report(old, old).accepted == 1
    reply = report(old, new)
    assert (reply.accepted, reply.duplicates) == (1, 1)
    assert report(old, source="map-2").accepted == 1, "another source's id is another event"
    with in_tenant(server):
        assert PlayerProfile.objects.get(pk=ONE).kills == 3


def test_the_same_events_from_many_callers_at_once_count_once(report, server):
    events = [kill(char_id=ONE + n % 7, event_id=f"e{n}") for n in range(200)]
    with ThreadPoolExecutor(8) as pool:
        calls = [
            pool.submit(report, *(events[n:] + events[:n])[:150], timeout=60)
            for n in range(0, 200, 25)
        ]
        replies = [call.result() for call in calls]
    assert sum(reply.accepted for reply in replies) == 200
    assert sum(reply.duplicates for reply in replies) == 8 * 150 - 200
    with in_tenant(server):
        assert GameEvent.objects.count() == 200
        assert sum(p.kills for p in PlayerProfile.objects.all()) == 200
        assert sum(row.number for row in ActivityHour.objects.all()) == 200


def test_a_clock_that_is_wrong_is_set_right_and_the_caller_told(report, server):
    now = datetime.now(UTC)
    nonsense = world_pb2.GameEvent(
        event_id="n", player=common_pb2.Player(char_id=ONE), kill=world_pb2.Kill(monster_id=1)
    )
    nonsense.happened_at.seconds = 2**62
    times = [now + timedelta(days=400), datetime(1970, 1, 1, tzinfo=UTC), now, None]
    events = [kill(at=at) for at in times[:3]] + [kill(), nonsense]
    events[3].ClearField("happened_at")
    reply = report(*events)
    assert reply.accepted == 5
    assert list(reply.clamped) == [0, 1, 3, 4]
    with in_tenant(server):
        found = [row.happened_at for row in GameEvent.objects.all()]
        assert all(now - timedelta(days=7, minutes=1) < at <= timezone.now() for at in found)


IMPOSSIBLE = [
    (kill(char_id=0), "EVENT_FAULT_NO_CHARACTER", "player.char_id"),
    (kill(char_id=-1), "EVENT_FAULT_NO_CHARACTER", "player.char_id"),
    (made(), "EVENT_FAULT_NO_KIND", "what"),
    (kill(event_id="x" * 65), "EVENT_FAULT_NO_ID", "event_id"),
    (made(kill=world_pb2.Kill()), "EVENT_FAULT_OUT_OF_RANGE", "kill.monster_id"),
    (
        made(kill=world_pb2.Kill(monster_id=1, number=2**32 - 1)),
        "EVENT_FAULT_OUT_OF_RANGE", "kill.number",
    ),
    (
        made(base_level=world_pb2.BaseLevel(level=1_000)),
        "EVENT_FAULT_OUT_OF_RANGE", "base_level.level",
    ),
    (
        made(vending_sale=world_pb2.VendingSale(
            buyer_char_id=1, item_id=501, amount=30_000, price=2**62)),
        "EVENT_FAULT_OUT_OF_RANGE", "vending_sale.price",
    ),
    (
        made(zeny_change=world_pb2.ZenyChange(change=-2**63, reason=1)),
        "EVENT_FAULT_OUT_OF_RANGE", "zeny_change.change",
    ),
    (
        made(zeny_change=world_pb2.ZenyChange(change=1)),
        "EVENT_FAULT_OUT_OF_RANGE", "zeny_change.reason",
    ),
    (
        made(trade=world_pb2.Trade(other_char_id=2, given=[world_pb2.Goods(item_id=1)])),
        "EVENT_FAULT_OUT_OF_RANGE", "trade.given",
    ),
]  # fmt: skip


def test_what_cannot_be_true_is_refused_and_the_rest_counts(report, server):
    reply = report(kill(), *(event for event, _, _ in IMPOSSIBLE))
    assert reply.accepted == 1
    told = [(one.index, Fault.Name(one.fault), one.field) for one in reply.refused]
    assert told == [(n, fault, field) for n, (_, fault, field) in enumerate(IMPOSSIBLE, start=1)]
    with in_tenant(server):
        assert GameEvent.objects.count() == 1


@pytest.mark.parametrize("number", [0, 1_001])
def test_a_batch_has_between_one_and_a_thousand_events(report, committed, number):
    error = refused(lambda: report(*[kill() for _ in range(number)]))
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert field_of(error) == "events"


HOSTILE = [
    "'; DROP TABLE game_events; --",
    "a\0b",
    "\u202eabc\u200b",
    '{"x": 1}',
    "%s %(at)s",
    "💥" * 90,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_stored_as_harmless_ones(report, server, text):
    castle = world_pb2.CastleOwner(castle=text, guild_id=1, guild_name=text)
    log_in = world_pb2.LogIn(job=text)
    reply = report(
        made(log_in=log_in, map_name=text, name=text, event_id=text[:64]),
        made(castle_owner=castle, char_id=0),
        source=text,
    )
    assert reply.accepted == 2
    with in_tenant(server):
        found = GameEvent.objects.get(kind="log_in")
        assert len(found.map_name) <= 24
        assert not {"\0", "\u202e", "\u200b"} & set(found.map_name + str(found.data))


def test_money_is_whole_and_adds_up_to_the_last_zeny(report, server):
    most = world_pb2.ZenyChange(change=10**13, reason=world_pb2.ZENY_REASON_STAFF)
    less = world_pb2.ZenyChange(change=-(10**13) + 1, reason=world_pb2.ZENY_REASON_FEE)
    report(made(zeny_change=most), made(zeny_change=less))
    with in_tenant(server):
        assert sum(row.zeny for row in EconomicTransaction.objects.all()) == 1


def test_goods_for_money_are_one_transaction_and_a_swap_is_one_for_each_kind(report, server):
    goods = world_pb2.Goods
    report(
        made(trade=world_pb2.Trade(
            other_char_id=TWO, given=[goods(item_id=501, amount=3)], zeny_taken=90)),
        made(trade=world_pb2.Trade(
            other_char_id=TWO, given=[goods(item_id=502, amount=1)],
            taken=[goods(item_id=503, amount=2)], zeny_given=10)),
    )  # fmt: skip
    with in_tenant(server):
        rows = EconomicTransaction.objects.values_list(
            "char_id", "other_char_id", "item_id", "amount", "zeny"
        )
        assert sorted(rows, key=str) == sorted(
            [(ONE, TWO, 501, 3, 90), (ONE, TWO, 502, 1, 0), (TWO, ONE, 503, 2, 0),
             (ONE, TWO, None, 1, -10)], key=str,
        )  # fmt: skip
        assert PlayerInteraction.objects.get().times == 2


def test_a_receiver_is_told_of_new_events_by_player_once(report, server, monkeypatch):
    told = []
    monkeypatch.setattr(receivers, "_receivers", [])
    receivers.register(lambda batch: told.append({k: len(v) for k, v in batch.by_player.items()}))
    events = [kill(), kill(char_id=TWO), kill()]
    report(*events)
    report(*events)
    assert told == [{ONE: 2, TWO: 1}]


def test_if_a_receiver_fails_nothing_of_the_batch_counts(report, server, monkeypatch):
    def fail(batch):
        raise RuntimeError("no")

    monkeypatch.setattr(receivers, "_receivers", [fail])
    event = kill()
    assert refused(lambda: report(event)).code() == grpc.StatusCode.INTERNAL
    with in_tenant(server):
        assert not GameEvent.objects.exists() and not PlayerProfile.objects.exists()
    monkeypatch.setattr(receivers, "_receivers", [])
    assert report(event).accepted == 1


def test_another_servers_events_are_its_own(report, server, other_server, other_key):
    event = kill()
    report(event)
    assert report(event, metadata=(("x-api-key", other_key),)).accepted == 1
    for each in (server, other_server):
        with in_tenant(each):
            assert PlayerProfile.objects.get(pk=ONE).kills == 1


MIDWAY = """
import os, signal, sys
import django
django.setup()
from tenants.context import in_schema, in_tenant
from tenants.models import Server
from tests.grpc_api.test_reports import kill
from grpc_api.pb.aiworld.v1 import world_pb2
from grpc_api.reported import report
from world.reports import counting
with in_schema():
    server = Server.objects.get(server_id=sys.argv[1])
def die(batch):
    os.kill(os.getpid(), signal.SIGKILL)
counting.OWN = (*counting.OWN, die)
events = [kill(event_id=f"k{n}") for n in range(50)]
request = world_pb2.ReportEventsRequest(source="map-1", events=events)
with in_tenant(server):
    counting.count(report(request, server).events)
"""


def test_a_process_killed_in_the_middle_of_a_batch_leaves_nothing_of_it(report, server):
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "aiworld.settings",
        "POSTGRES_DB": connection.settings_dict["NAME"],
    }
    ended = subprocess.run(
        [sys.executable, "-c", MIDWAY, server.server_id], env=env, timeout=60, capture_output=True
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()[-2_000:]
    with in_tenant(server):
        assert not GameEvent.objects.exists() and not PlayerProfile.objects.exists()
        assert not GameEventId.objects.exists() and not ActivityHour.objects.exists()
    assert report(*[kill(event_id=f"k{n}") for n in range(50)]).accepted == 50
