"""Rewards granted through the ledger, by one caller and by several at once, beside a bare INSERT of
the same entries."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count as numbers
from statistics import median

from django.db import connection
from django.utils import timezone

from benchmarks import machine, results, screen, world
from npcs.models import NpcPersonality
from quests import ledger
from quests.clock import FIRST_DAY
from quests.models import DynamicQuest, QuestMember, RewardCap, RewardEntry, RewardPolicy
from tenants.context import in_tenant
from tenants.models import Server

CALLERS = 4
BARE = "bare INSERT"
_chars = numbers(150_000)


def main(*, quick: bool = False, save: bool = False) -> None:
    rounds, size = (2, 100) if quick else (5, 500)
    window = machine.Window(machine.stores())
    found: dict[str, list[float]] = {}
    ways = {BARE: inserted, "one caller": paid, f"{CALLERS} callers at once": paid_at_once}
    steps = len(ways) * rounds
    with screen.progress("ledger", steps=steps) as step, world.game_server() as made, window:
        npc = prepared(made.server)
        for number in range(rounds):
            for name, way in ways.items():
                step(f"{name}, {number + 1} of {rounds}")
                quests = completed(made.server, npc, size)
                began = time.perf_counter()
                way(made.server, quests)
                found.setdefault(name, []).append(size / (time.perf_counter() - began))
    bare = found[BARE]
    rows: list[results.Row] = [
        {
            "way": name,
            "grants/s": round(median(rates)),
            "ratio": round(median(a / b for a, b in zip(rates, bare, strict=True)), 3),
        }
        for name, rates in found.items()
    ]
    result = results.Result(
        name="ledger",
        baseline="INSERT of a copied entry, each a transaction of its own",
        rows=rows,
        others=window.others,
        quick=quick,
        notes=[
            f"{size} completed quests a round, each of a character of its own, on one server, by "
            "threads of one process.",
            "The database does not wait for the disk; one that does adds that to every grant.",
        ],
    )
    results.publish(result, screen.console, saved=save)


def prepared(server: Server) -> NpcPersonality:
    """Somebody to complete quests for, under caps that are never reached."""
    wide = 10**9
    with in_tenant(server):
        RewardPolicy.objects.create()
        for scope in RewardCap.Scope.values:
            RewardCap.objects.create(
                scope=scope, zeny=wide, exp=wide, item_value=wide, grants=wide
            )  # fmt: skip
        return NpcPersonality.objects.create(
            key="prontera/Payer", name="Payer", map_name="prontera", role="clerk", x=1, y=1
        )


def completed(server: Server, npc: NpcPersonality, number: int) -> list[QuestMember]:
    chars = [next(_chars) for _ in range(number)]
    with in_tenant(server):
        quests = DynamicQuest.objects.bulk_create(
            DynamicQuest(
                npc=npc, char_id=char_id, kind="social", title="T", text="T",
                status=DynamicQuest.Status.COMPLETED, reward={"zeny": 60, "base_exp": 20},
            )
            for char_id in chars
        )  # fmt: skip
        return QuestMember.objects.bulk_create(
            QuestMember(quest=quest, char_id=char_id)
            for quest, char_id in zip(quests, chars, strict=True)
        )


def paid(server: Server, members: Sequence[QuestMember]) -> None:
    for member in members:
        with in_tenant(server):
            assert ledger.pay(member.quest_id, member.char_id, now=timezone.now())  # nosec B101


def paid_at_once(server: Server, members: Sequence[QuestMember]) -> None:
    def share(at: int) -> None:
        try:
            paid(server, members[at::CALLERS])
        finally:
            connection.close()

    with ThreadPoolExecutor(CALLERS) as pool:
        list(pool.map(share, range(CALLERS)))


def inserted(server: Server, members: Sequence[QuestMember]) -> None:
    """The rows alone, without lock, caps, counters or signature."""
    for member in members:
        with in_tenant(server):
            RewardEntry.objects.create(
                quest_number=member.quest_id,
                char_id=member.char_id,
                kind=RewardEntry.Kind.GRANT,
                npc_key="prontera/Payer",
                difficulty=1,
                day=FIRST_DAY,  # the ledger opens no day on which there are grants
                zeny=60,
                base_exp=20,
                job_exp=0,
                item_value=0,
                cause="completed: T",
                granted_at=timezone.now(),
            )
