"""A made-up server lives: the population plays on the real product, in simulated time.

Each quarter of an hour what happened is counted as `World.ReportEvents` counts it, players ask for
work and hand it in, and what is due of the agents runs. Prices follow the quantity of money:
a sale is dearer by ELASTICITY of what there is more of it than at the beginning."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice

import numpy as np

from agents import orders, schedule
from aiworld.errors import AIWorldError
from benchmarks.population.people import FIRST_ID
from benchmarks.population.reported import reported
from benchmarks.population.settings import TESTING
from benchmarks.population.world import Day, Population
from benchmarks.world import realm
from benchmarks.world.adventures import Adventures
from benchmarks.world.clock import Clock
from benchmarks.world.duels import Duels
from inference.learned.history import CODES, DAY, Rows
from quests import awards, life
from tenants.context import in_schema, in_tenant, tenant
from tenants.models import Outbox, Server
from world import stock
from world.bosses import fights
from world.chains import advancing
from world.happenings import planning
from world.market import shops
from world.problems import settling
from world.reports.counting import MOST, count
from world.reports.events import GameEvent
from world.roaming import coming

STEP = timedelta(minutes=15)
ELASTICITY = 0.5
PURSE = 60_000
"""Zeny that each player has at the beginning."""
ACTS = 20
"""Runs at one step, as at one tick of the scheduler."""
SALES = [CODES[name] for name in ("trade", "vending_sale")]
MONEY = CODES["zeny_change"]
OF_THE_MARKET = [*SALES, MONEY, CODES["log_in"], CODES["log_out"], CODES["base_level"]]


@dataclass(frozen=True, kw_only=True)
class Plan:
    players: int = 1_000
    days: int = 7
    before: int = 7
    """Days of trade alone, so that there is something to compare prices with."""
    seed: int = 2026

    @property
    def begins(self) -> datetime:
        """So that it ends at the last midnight: the tables have partitions there."""
        today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return today - timedelta(days=self.days + self.before)

    def population(self) -> Population:
        setting = replace(
            TESTING, name="week", seed=self.seed, players=self.players, newcomers=0.1,
            days=self.days + self.before,
            first_day=int(self.begins.timestamp() // DAY),
        )  # fmt: skip
        return Population(setting)


class Week:
    def __init__(self, plan: Plan, server: Server, clock: Clock, *, with_agents: bool) -> None:
        self.plan, self.server, self.clock = plan, server, clock
        self.with_agents = with_agents
        self.population = plan.population()
        self.money = float(PURSE * plan.players)
        self.events = 0
        self.runs: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()

    def live(self) -> None:
        """Call it with the clock simulated."""
        with in_tenant(self.server):
            npcs = realm.furnish()
            self.adventures = Adventures(self.population, npcs, step=STEP, seed=self.plan.seed)
            self.duels = Duels(self.adventures, np.random.default_rng(self.plan.seed))
            for at, day in enumerate(self.population.stream()):
                self._day(day, played=at >= self.plan.before)

    def _day(self, day: Day, *, played: bool) -> None:
        told = day.events if played else day.events[np.isin(day.events["kind"], OF_THE_MARKET)]
        told = told.copy()
        here = told["kind"] == CODES["log_in"]
        told["number"][here] = self.population.level[told["char"][here] - FIRST_ID]
        begins = datetime.fromtimestamp(day.number * DAY, UTC)
        if played and self.with_agents:
            self._seek(day.quests)
        ends = [begins + STEP * (n + 1) for n in range(int(timedelta(days=1) / STEP))]
        cuts = np.searchsorted(told["at"], [at.timestamp() for at in ends], side="right")
        for at, first, last in zip(ends, [0, *cuts[:-1]], cuts, strict=True):
            self._quarter(told[first:last], at, played=played)

    def _seek(self, wanted: Rows) -> None:
        for row in wanted:
            char_id, level = int(row["char"]), int(row["level"])
            self.adventures.later(
                float(row["accepted_at"]),
                lambda now, who=char_id, of=level: self.adventures.seek(who, of, now),  # type: ignore[misc]
            )

    def _quarter(self, told: Rows, until: datetime, *, played: bool) -> None:
        self.clock.now = until
        happened = list(reported(self._priced(told), source=until.isoformat()))
        happened += self.adventures.events(until.timestamp())
        for at in range(0, len(happened), MOST):
            count(happened[at : at + MOST])
        self._weigh(happened)
        if played:
            self.adventures.act(until.timestamp())
            if self.with_agents:
                self._agents()
            if until.minute == 0:
                stock.take(until)
                life.expire(until)

    def _priced(self, told: Rows) -> Rows:
        """Sales at today's value of money; what shops sell at today's prices."""
        told = told.copy()
        pressure = (self.money / (PURSE * self.plan.players)) ** ELASTICITY
        sold = np.isin(told["kind"], SALES) & (told["zeny"] > 0)
        told["zeny"][sold] = np.maximum(np.rint(told["zeny"][sold] * pressure), 1)
        bought = (told["kind"] == MONEY) & (told["zeny"] < 0)
        told["zeny"][bought] = np.rint(told["zeny"][bought] * self._shop_prices())
        return told

    def _shop_prices(self) -> float:
        """Of all goods of the shops, as a multiple of the usual ones."""
        now = shops.running(now=self.clock.now) if self.with_agents else {}
        asked = [int(row.data["price"]) / realm.PRICE for row in now.values()]
        usual = max(realm.OFFERS - len(asked), 0)
        return (sum(asked) + usual) / max(usual + len(asked), 1)

    def _weigh(self, happened: Sequence[GameEvent]) -> None:
        self.events += len(happened)
        self.money += sum(one.zeny for one in happened if one.kind.value == "zeny_change")
        self.money = max(self.money, 1.0)

    def _agents(self) -> None:
        planning.keep_time()
        fights.settle_late()
        settling.settle()
        advancing.advance()
        coming.leave()
        for agent, subject, window in islice(schedule.due(self.clock.now), ACTS):
            self._run(json.dumps([agent, subject, window]))
        self._work_off()
        self.duels.fight()

    def _run(self, subject: str) -> None:
        agent = json.loads(subject)[0]
        self.runs[agent] += 1
        try:
            schedule.run_due(subject)
        except AIWorldError:
            self.failed[agent] += 1

    def _work_off(self) -> None:
        """What the workers would do of the outbox."""
        server = tenant()
        with in_schema():
            waiting = list(Outbox.objects.filter(server=server).values_list("task", "subject"))
            Outbox.objects.filter(server=server).delete()
        for task, subject in waiting:
            if task == orders.TASK:
                self._run(subject)
            elif task == fights.AWARD and (quest := awards.award(int(subject), now=self.clock.now)):
                for who in quest.members.values_list("char_id", flat=True):
                    self.adventures.claim(who, self.clock.now)
