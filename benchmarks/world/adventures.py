"""What simulated players make of quests: taken, fulfilled by the game's own events, or given up."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import numpy as np

from aiworld.errors import AIWorldError
from aiworld.loops import wait_for
from benchmarks.population import errands
from benchmarks.population.people import CHEATER, FIRST_ID
from benchmarks.population.world import Population
from inference.learned.history import QUEST, QUEST_KINDS
from npcs.models import NpcPersonality
from quests import generating, handover, life, progress
from quests.life import Taker
from quests.models import DynamicQuest
from quests.offering import Asked
from quests.progress import Report, Seen
from world.reports.events import GameEvent, Kind

SECONDS = 1.0
"""That an offer may take, as a script gives it."""
AGAIN = 5
"""Times that a cheater hands a quest in."""
GIVES_UP = 0.4
Deed = Callable[[datetime], None]


@dataclass
class Tally:
    asked: int = 0
    refused: int = 0
    """No work, or as much as a player may have."""
    approved: int = 0
    """Waited for the owner."""
    stuck: int = 0
    """Were done, and the server did not take it: a fault of one of both."""
    accepted: dict[int, datetime] = field(default_factory=dict)
    expected: list[float] = field(default_factory=list)


class Adventures:
    def __init__(
        self, population: Population, npcs: list[NpcPersonality], *, step: timedelta, seed: int
    ) -> None:
        self.population, self.npcs, self.step = population, npcs, step
        self.chance = np.random.default_rng(seed)
        self.tally = Tally()
        self._numbers = count()
        self._deeds: list[tuple[float, int, Deed]] = []
        self._events: list[tuple[float, int, GameEvent]] = []
        self._last: dict[int, int] = {}
        """Number of the last grant that the map-server gave to each."""

    def later(self, at: float, deed: Deed) -> None:
        heapq.heappush(self._deeds, (at, next(self._numbers), deed))

    def happens(
        self, kind: Kind, at: float, char_id: int, *, map_name: str = "", target: int = 0
    ) -> None:
        number = next(self._numbers)
        told = GameEvent(
            digest=f"{number:032x}", kind=kind, at=datetime.fromtimestamp(at, UTC),
            char_id=char_id, name="", map_name=map_name, x=1, y=1, target_id=target,
        )  # fmt: skip
        heapq.heappush(self._events, (at, number, told))

    def events(self, until: float) -> Iterator[GameEvent]:
        while self._events and self._events[0][0] <= until:
            yield heapq.heappop(self._events)[2]

    def act(self, until: float) -> None:
        while self._deeds and self._deeds[0][0] <= until:
            at, _, deed = heapq.heappop(self._deeds)
            deed(datetime.fromtimestamp(at, UTC))

    def seek(self, char_id: int, level: int, at: datetime) -> None:
        """Asks an NPC for work and takes it."""
        npc = self.npcs[int(self.chance.integers(len(self.npcs)))]
        taker = Taker(char_id=char_id, account_id=1 + char_id // 2)
        self.tally.asked += 1
        asked = Asked(
            npc_key=npc.key, char_id=char_id, player_name=f"P{char_id}", level=level,
            account_id=taker.account_id, request_id=f"week {next(self._numbers)}",
        )  # fmt: skip
        try:
            quest, _ = wait_for(generating.offer(asked, seconds=SECONDS))
            if quest.status == DynamicQuest.Status.PROPOSED:
                self.tally.approved += 1
                life.decide(quest.pk, approve=True, by="owner", now=at)
            quest, repeated = life.accept(quest.pk, taker, now=at)
        except AIWorldError:
            self.tally.refused += 1
            return
        if not repeated:
            self.tally.accepted[quest.pk] = at
            self._expect(quest, at)

    def _expect(self, quest: DynamicQuest, at: datetime) -> None:
        """What will become of it: the population's own odds, for the work that was given out."""
        people, who = self.population.people, np.array([(quest.char_id or 0) - FIRST_ID])
        row = np.zeros(1, QUEST)
        row["kind"], row["difficulty"] = QUEST_KINDS.index(quest.kind), quest.difficulty
        row["level"] = quest.level
        share = float(
            errands.odds(self.population.setting, people, row, who, self.population.mood)[0]
        )
        hours = float(errands.taking(people, row, who, self.chance)[0])
        self.tally.expected.append(share)
        begins = at.timestamp()
        ends = begins + max(3600 * hours, 3 * self.step.total_seconds())
        if self.chance.random() < share and hours < errands.LONGEST_HOURS:
            self._fulfil(quest, begins, ends)
            self.later(ends, lambda now: self._hand_in(quest, now))
        elif self.chance.random() < GIVES_UP:
            self.later(min(2 * ends - begins, begins + 3600 * errands.LONGEST_HOURS),
                       lambda now: self._give_up(quest, now))  # fmt: skip

    def _fulfil(self, quest: DynamicQuest, begins: float, ends: float) -> None:
        """The kills and the ways that the map-server will report."""
        who = quest.char_id or 0
        for one in quest.objectives:
            if one["kind"] == "kill":
                kind = Kind.MVP_KILL if quest.kind == "boss" else Kind.KILL
                first = begins + self.step.total_seconds()
                for at in np.linspace(first, ends - 1, int(one["amount"])):
                    self.happens(kind, float(at), who, map_name=one.get("map") or "map_00",
                                 target=int(one["target"]))  # fmt: skip
            elif one["kind"] == "visit":
                self.happens(Kind.MAP_CHANGE, ends - 1, who, map_name=one["map"])

    def _hand_in(self, quest: DynamicQuest, now: datetime) -> None:
        who = quest.char_id or 0
        cheats = self.population.people.role[who - FIRST_ID] == CHEATER
        try:
            self._tell(quest, who, now)
            for _ in range(AGAIN if cheats else 1):
                life.complete(quest.pk, who, now=now)
        except AIWorldError:
            self.tally.stuck += 1
            return
        self.claim(who, now)

    def _tell(self, quest: DynamicQuest, who: int, now: datetime) -> None:
        """What scripts say of: things in hand, a word, whom one talked to."""
        told = []
        for at, one in enumerate(quest.objectives):
            if one["kind"] == "item":
                told.append(Report(index=at, count=one["amount"]))
            elif one["kind"] == "answer":
                told.append(Report(index=at, answer=one["answer"]))
            elif one["kind"] == "talk":
                progress.see(Seen(char_id=who, kind="talk", target=one["target"]), now=now)
        if told:
            progress.report(quest.pk, who, told, now=now)

    def claim(self, who: int, now: datetime) -> None:
        """As the map-server does it when the character is online, twice."""
        last = self._last.get(who, 0)
        for _ in range(2):
            for entry in handover.claim(who, last_given=last, takes_back=False, now=now):
                given: dict[str, Any] | None = None
                if entry.pk > last:
                    given = handover.content(entry)
                    self._last[who] = last = entry.pk
                    self.paid(who, entry.zeny, now)
                handover.confirm(entry.pk, who, signature=entry.signature, given=given, now=now)

    def paid(self, who: int, zeny: int, now: datetime) -> None:
        number = next(self._numbers)
        told = GameEvent(
            digest=f"{number:032x}", kind=Kind.ZENY_CHANGE, at=now, char_id=who, name="",
            map_name="", x=0, y=0, zeny=zeny, text="reward",
        )  # fmt: skip
        if zeny:
            heapq.heappush(self._events, (now.timestamp(), number, told))

    def _give_up(self, quest: DynamicQuest, now: datetime) -> None:
        try:
            life.abandon(quest.pk, quest.char_id or 0, now=now)
        except AIWorldError:
            return
