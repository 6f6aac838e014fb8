"""Rewards granted per second, beside the bare rows of the ledger."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from itertools import count
from statistics import median
from threading import Barrier

from django.db import connection, transaction
from django.utils import timezone

from benchmarks import machine, results, screen, world
from benchmarks.world import realm
from npcs.models import NpcPersonality
from quests import ledger, policy
from quests.models import DynamicQuest, QuestMember, RewardCap, RewardEntry
from tenants.context import in_tenant
from tenants.models import Server

BARE, ONE, FOUR = "bare INSERT of an entry", "grants, one caller", "grants, four callers"
CALLERS = 4
WIDE = 10**9
LONG_AGO = date(2001, 1, 1)
"""Of the bare entries: a day on which there are some opens closed."""
_numbers = count(1)


def main(*, quick: bool = False, save: bool = False) -> None:
    rounds, each = (2, 20) if quick else (7, 100)
    found: dict[str, list[float]] = {}
    window = machine.Window(machine.stores())
    with (
        screen.progress("grants", steps=3 * rounds) as step,
        world.game_server() as made,
        in_tenant(made.server),
        ThreadPoolExecutor(CALLERS) as pool,
        window,
    ):
        npcs = realm.furnish()
        _widen()
        ways: dict[str, Callable[[list[int]], object]] = {
            BARE: lambda quests: list(map(_insert, quests)),
            ONE: lambda quests: list(map(partial(_pay, made.server), quests)),
            FOUR: lambda quests: list(pool.map(partial(_pay, made.server), quests)),
        }
        for number in range(rounds):
            for name, way in ways.items():
                step(f"{name}, {number + 1} of {rounds}")
                quests = [_completed(npcs[at % len(npcs)]) for at in range(each)]
                began = time.perf_counter()
                way(quests)
                found.setdefault(name, []).append(each / (time.perf_counter() - began))
        list(pool.map(_leave, [Barrier(CALLERS)] * CALLERS))
    results.publish(_result(found, window.others, quick), screen.console, saved=save)


def _leave(meet: Barrier) -> None:
    """Each caller once: who has arrived waits for the others."""
    meet.wait()
    connection.close()


def _widen() -> None:
    policy.row()
    RewardCap.objects.update(zeny=WIDE, exp=WIDE, grants=WIDE)


def _completed(npc: NpcPersonality) -> int:
    number = next(_numbers)
    quest = DynamicQuest.objects.create(
        npc=npc, char_id=number, kind="kill", title="Rats", text="Kill!", status="completed",
        reward={"zeny": 100, "base_exp": 40, "job_exp": 20, "items": []},
    )  # fmt: skip
    QuestMember.objects.create(quest=quest, char_id=number, account=f"a{number}")
    return quest.pk


def _pay(server: Server, quest_id: int) -> None:
    with in_tenant(server):
        who = QuestMember.objects.values_list("char_id", flat=True).get(quest_id=quest_id)
        if ledger.pay(quest_id, who, now=timezone.now()) is None:
            raise SystemExit("a cap of the measurement is full")


def _insert(quest_id: int) -> None:
    with transaction.atomic():
        RewardEntry.objects.create(
            kind="grant", quest_number=quest_id, char_id=quest_id, npc_key="x", difficulty=1,
            day=LONG_AGO, zeny=100, base_exp=40, job_exp=20, items=[], item_value=0,
            cause="none", granted_at=timezone.now(),
        )  # fmt: skip


def _result(found: dict[str, list[float]], others: float, quick: bool) -> results.Result:
    bare = found[BARE]
    rows: list[results.Row] = [
        {
            "way": name,
            "grants/s": round(median(rates), 1),
            "ratio": round(median(a / b for a, b in zip(rates, bare, strict=True)), 3),
        }
        for name, rates in found.items()
    ]
    return results.Result(
        name="grants",
        baseline="INSERT and commit of the entry alone",
        rows=rows,
        others=others,
        quick=quick,
        notes=["Locks, caps of five scopes, counters, signature and the entry; wide caps."],
    )
