"""Events of the game, counted with all aggregates, beside a bare COPY of the same rows."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count as numbers
from statistics import median

import grpc
from django.db import connection

from benchmarks import machine, results, screen, world
from benchmarks.processes import processes
from grpc_api.pb.aiworld.v1 import common_pb2, world_pb2
from grpc_api.reported import report
from tenants.context import in_tenant
from tenants.provisioning import Provisioned
from world.reports.counting import MOST, count

PLAYERS, MAPS, ITEMS = 500, 60, 400
COPY = """
COPY game_events (
    happened_at, kind, char_id, other_char_id, map_name, x, y, target_id, number, zeny, data
) FROM STDIN
"""
BARE = "bare COPY"
MONSTER = world_pb2.ZENY_REASON_MONSTER
METHOD = "/aiworld.v1.World/ReportEvents"


def main(*, quick: bool = False, save: bool = False) -> None:
    rounds, size = (2, 10) if quick else (5, 30)
    steps, window = 3 * rounds, machine.Window(machine.stores())
    found: dict[str, list[float]] = {}
    dice = random.Random(7)  # nosec B311: the same events at every run
    with (
        screen.progress("events", steps=steps) as step,
        processes() as started,
        world.game_server() as made,
        window,
    ):
        server = started.grpc_server("grpc", {})
        with grpc.insecure_channel(server.address) as channel:
            ways: dict[str, Callable[[list[bytes]], None]] = {
                BARE: lambda sent: copied(made, sent),
                "counted with all aggregates": lambda sent: counted(made, sent),
                "the same through gRPC": lambda sent: called(channel, made, sent),
            }
            for number in range(rounds):
                for name, way in ways.items():
                    step(f"{name}, {number + 1} of {rounds}")
                    batches = [batch(dice) for _ in range(size)]
                    sent = [rows_of(one) if name == BARE else one.SerializeToString()
                            for one in batches]  # fmt: skip
                    began = time.perf_counter()
                    way(sent)
                    taken = time.perf_counter() - began
                    found.setdefault(name, []).append(size * MOST / taken)
    bare = found[BARE]
    rows: list[results.Row] = [
        {
            "way": name,
            "events/s": round(median(rates)),
            "ratio": round(median(a / b for a, b in zip(rates, bare, strict=True)), 3),
        }
        for name, rates in found.items()
    ]
    result = results.Result(
        name="events",
        baseline="COPY of the same events into the partitioned table, prepared beforehand",
        rows=rows,
        others=window.others,
        quick=quick,
        notes=[
            f"One caller, batches of {MOST} events of {PLAYERS} players on {MAPS} maps: kills "
            "55 %, picks 25 %, the rest changes of map, zeny, sales, trades, levels and more.",
            "Aggregates: players, transactions, graph, sums by hour, the raw events, ids seen.",
        ],
    )
    results.publish(result, screen.console, saved=save)


_numbers = numbers(1)


def batch(dice: random.Random) -> world_pb2.ReportEventsRequest:
    now = datetime.now(UTC) - timedelta(minutes=5)
    events = [_event(dice, now + timedelta(milliseconds=at)) for at in range(MOST)]
    return world_pb2.ReportEventsRequest(source=uuid.uuid4().hex, events=events)


def _event(dice: random.Random, at: datetime) -> world_pb2.GameEvent:
    event = world_pb2.GameEvent(
        event_id=str(next(_numbers)),
        player=common_pb2.Player(char_id=150_000 + dice.randrange(PLAYERS)),
        place=common_pb2.Place(map=f"field_{dice.randrange(MAPS)}", x=100, y=100),
    )
    event.happened_at.FromDatetime(at)
    item, other = 500 + dice.randrange(ITEMS), 150_000 + PLAYERS + dice.randrange(PLAYERS)
    chance = dice.random()
    if chance < 0.55:
        event.kill.monster_id = 1_000 + dice.randrange(100)
    elif chance < 0.80:
        event.item_pick.item_id, event.item_pick.amount = item, 1
    elif chance < 0.86:
        event.map_change.from_map = "prontera"
    elif chance < 0.92:
        change = world_pb2.ZenyChange(change=dice.randrange(1, 900), reason=MONSTER)
        event.zeny_change.CopyFrom(change)
    elif chance < 0.95:
        price = dice.randrange(100, 9_000)
        sale = world_pb2.VendingSale(buyer_char_id=other, item_id=item, amount=3, price=price)
        event.vending_sale.CopyFrom(sale)
    elif chance < 0.96:
        goods = [world_pb2.Goods(item_id=item, amount=1)]
        trade = world_pb2.Trade(other_char_id=other, given=goods, zeny_taken=500)
        event.trade.CopyFrom(trade)
    elif chance < 0.98:
        event.base_level.level = dice.randrange(1, 99)
    elif chance < 0.99:
        event.death.monster_id = 1_002
    else:
        event.log_in.base_level = dice.randrange(1, 99)
    return event


def counted(made: Provisioned, batches: list[bytes]) -> None:
    """As the servicer does it, from the bytes on."""
    for sent in batches:
        with in_tenant(made.server):
            count(report(world_pb2.ReportEventsRequest.FromString(sent), made.server).events)


def called(channel: grpc.Channel, made: Provisioned, batches: list[bytes]) -> None:
    call = channel.unary_unary(METHOD, request_serializer=bytes, response_deserializer=bytes)
    for sent in batches:
        call(sent, metadata=(("x-api-key", made.api_key),), timeout=60)


def copied(made: Provisioned, batches: list[bytes]) -> None:
    for sent in batches:
        with in_tenant(made.server), connection.cursor() as cursor, cursor.copy(COPY) as copy:
            copy.write(sent)


def rows_of(sent: world_pb2.ReportEventsRequest) -> bytes:
    """As COPY reads them."""
    return "".join(
        f"{event.happened_at.ToJsonString()}\tkill\t{event.player.char_id}\t\\N\t"
        f"{event.place.map}\t1\t1\t1\t1\t0\t{{}}\n"
        for event in sent.events
    ).encode()
