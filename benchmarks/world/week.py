"""A week of 1,000 players on one server, with agents and without: what becomes of quests, bosses,
prices and rewards. docs/reference/benchmarks.md says what is assumed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta

from benchmarks import machine, results, screen, world
from benchmarks.population import errands
from benchmarks.processes import processes
from benchmarks.world.caps import Audit, audit
from benchmarks.world.clock import simulated
from benchmarks.world.living import Plan, Week
from inference.learned.history import COMPLETED
from quests.models import DynamicQuest
from tenants.context import in_tenant
from world.market import health
from world.models import BossFight, WorldEvent

QUICK = Plan(players=120, days=2, before=2)


@dataclass(frozen=True, kw_only=True)
class Lived:
    week: Week
    seconds: float
    quests: dict[str, int]
    """How those ended that had time enough to."""
    fights: dict[str, int]
    inflation: float
    created: int
    events: int
    audit: Audit

    @property
    def completed(self) -> float:
        return self.quests.get("completed", 0) / max(sum(self.quests.values()), 1)

    @property
    def won(self) -> float:
        of = self.fights.get("won", 0) + self.fights.get("lost", 0)
        return self.fights.get("won", 0) / max(of, 1)


def main(*, quick: bool = False, save: bool = False) -> None:
    plan, window = QUICK if quick else Plan(), machine.Window(machine.stores())
    with screen.progress("week", steps=2) as step, processes() as started, window:
        started.inference()
        step("without agents")
        without = _lived(plan, with_agents=False)
        step("with agents")
        found = _lived(plan, with_agents=True)
    results.publish(_result(plan, found, without, window.others, quick), screen.console, saved=save)


def _lived(plan: Plan, *, with_agents: bool) -> Lived:
    with world.game_server() as made, simulated(plan.begins) as clock:
        began = time.perf_counter()
        week = Week(plan, made.server, clock, with_agents=with_agents)
        week.live()
        seconds = time.perf_counter() - began
        with in_tenant(made.server):
            measured = health.measure(window=timedelta(days=plan.days), now=clock.now)
            return Lived(
                week=week,
                seconds=seconds,
                quests=_ended(week),
                fights=_counted(BossFight),
                inflation=measured.inflation or 0.0,
                created=measured.created,
                events=WorldEvent.objects.count(),
                audit=audit(),
            )


def _ended(week: Week) -> dict[str, int]:
    """Of the quests that were accepted so early that the longest could be over by now."""
    most = min(timedelta(hours=errands.LONGEST_HOURS), timedelta(days=week.plan.days) / 2)
    until = week.clock.now - most
    old = [pk for pk, at in week.adventures.tally.accepted.items() if at <= until]
    found: dict[str, int] = {}
    for status in DynamicQuest.objects.filter(pk__in=old).values_list("status", flat=True):
        found[status] = found.get(status, 0) + 1
    return found


def _plain(plan: Plan) -> float:
    """Share that the population itself completes: difficulty by level alone."""
    taken = [day.quests["status"] == COMPLETED for day in plan.population().stream()]
    return float(sum(each.sum() for each in taken) / max(sum(map(len, taken)), 1))


def _counted(model: type[BossFight]) -> dict[str, int]:
    found: dict[str, int] = {}
    for status in model.objects.values_list("status", flat=True):
        found[status] = found.get(status, 0) + 1
    return found


def _result(plan: Plan, found: Lived, without: Lived, others: float, quick: bool) -> results.Result:
    told, duels = found.week.adventures.tally, found.week.duels
    plain_wins = sum(duels.plain) / max(len(duels.plain), 1)

    def row(what: str, value: float, baseline: float | None, aim: str) -> results.Row:
        ratio = value / baseline if baseline else ""
        return {"what": what, "value": round(value, 4),
                "baseline": "" if baseline is None else round(baseline, 4),
                "ratio": ratio if isinstance(ratio, str) else round(ratio, 3),
                "aim": aim}  # fmt: skip

    rows = [
        row("quests completed, share", found.completed, _plain(plan), "0.60-0.80"),
        row("bosses beaten, share", found.won, plain_wins, "0.40-0.60"),
        row("inflation in the week", found.inflation, without.inflation, ""),
        row("zeny made by the game and rewards", found.created, without.created, ""),
        row("sums of rewards above a cap", found.audit.over, None, "0"),
        row("rewards paid twice", found.audit.twice, None, "0"),
        *(row(f"fullest cap of {scope}, share", share, None, "at most 1")
          for scope, share in found.audit.fullest.items()),
        row("simulated days a second", plan.days / found.seconds, plan.days / without.seconds, ""),
    ]  # fmt: skip
    return results.Result(
        name="week",
        baseline="quests: as hard as the level says; bosses: as the game's database has them; the "
        "rest: the same week without agents and quests",
        rows=rows,
        others=others,
        quick=quick,
        notes=[
            f"{plan.players} players, {plan.days} days after {plan.before} of trade alone, "
            f"{found.week.events:,} events, {told.asked} asked for work, {len(told.accepted)} "
            f"accepted, {told.approved} approved by the owner, {told.refused} refused; of those "
            f"old enough to be over: {_said(found.quests)}. {told.stuck} were done and not taken.",
            f"Fights: {_said(found.fights)}. {found.events} world events. {found.audit.grants} "
            f"rewards of {found.audit.zeny:,} zeny. Runs of agents: {sum(found.week.runs.values())}"
            f", failed or refused: {sum(found.week.failed.values())}"
            f" ({_said(dict(found.week.failed))}).",
            f"Odds of the quests that were taken, on average: "
            f"{sum(told.expected) / max(len(told.expected), 1):.2f}.",
        ],
    )


def _said(found: dict[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(found.items())) or "none"
