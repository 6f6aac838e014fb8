"""The made-up server, day by day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.population import errands, sittings
from benchmarks.population.market import Market
from benchmarks.population.pairs import Pairs
from benchmarks.population.people import (
    BOT,
    CHEATER,
    DUPE,
    FIRST_ID,
    MANIPULATOR,
    PERSON,
    REPEAT,
    SHARED,
    Floats,
    Ints,
    People,
    draw,
)
from benchmarks.population.settings import Setting
from inference.learned.history import DAY, EVENT, QUEST, TURN, History, Rows, together

ROLES = {PERSON: "person", BOT: "bot", SHARED: "shared", CHEATER: "cheater",
         MANIPULATOR: "manipulator"}  # fmt: skip


@dataclass(frozen=True)
class Day:
    """What happened; events by time, of this day but for sittings that end after midnight."""

    number: int
    """Since 1970."""
    events: Rows
    quests: Rows
    turns: Rows


@dataclass(frozen=True)
class Truth:
    """What no server knows: by character."""

    char: Ints
    role: Ints

    doubles: Ints
    """(pairs, 2): characters of one person, the lower id first."""

    def roles(self, *roles: int) -> set[int]:
        return set(self.char[np.isin(self.role, roles)].tolist())


class Population:
    """Two of the same setting live through the same."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self._chance = np.random.default_rng(setting.seed)
        self.people: People = draw(setting, self._chance)
        n = len(self.people)
        self._pairs = Pairs(setting, self.people)
        one = np.stack([self._pairs.first, self._pairs.second], axis=1)[self._pairs.same]
        self.truth = Truth(FIRST_ID + np.arange(n), self.people.role, FIRST_ID + np.sort(one))
        self._mood = self._chance.normal(1.0, 0.4, n)
        self._left = np.zeros(n, bool)
        self._busy = np.zeros(n)
        self._experience = self.people.level**3
        self._market = Market(setting, self.people, self._chance)
        self._later: Rows = np.empty(0, EVENT)

    @property
    def mood(self) -> Floats:
        """Motivation of each today; 1 is an ordinary one."""
        return self._mood

    @property
    def level(self) -> Ints:
        """Base level of each."""
        return self._level()

    def stream(self) -> Iterator[Day]:
        """Every day of the setting once. Events that a day began and another ends are told on the
        day they happen."""
        for day in range(self.setting.days):
            yield self._day(day)

    def history(self) -> History:
        """All of it, up to the end of the last day."""
        days = list(self.stream())
        quests = together([day.quests for day in days], QUEST)
        first, number = self.setting.first_day, self.setting.days
        whole = History(
            first, number, together([day.events for day in days], EVENT), quests,
            together([day.turns for day in days], TURN),
        )  # fmt: skip
        return whole.until(number)

    def _day(self, day: int) -> Day:
        setting, people, chance = self.setting, self.people, self._chance
        midnight = (setting.first_day + day) * DAY
        weekend = sittings.weekday(setting.first_day + day) >= 5
        here = (people.joined <= day) & ~self._left
        wish = people.sittings * np.exp(0.9 * (self._mood - 1)) * here
        wish *= setting.weekend if weekend else 1.0
        sat = sittings.drawn(people, np.minimum(wish, 4), self._busy, midnight, chance)
        sat = self._pairs.follow(sat)
        cheating = sittings.cheats_today(people, day, chance)
        parts, kills = sittings.played(
            people, sat, cheating, chance, boldness=setting.boldness,
            drops=self._market.supply.drops,
        )  # fmt: skip
        self._market.supply.note(parts)
        level = self._level()
        quests = errands.given(setting, people, sat, self._mood, level, chance)
        parts.append(errands.steps(quests))
        self._market.turn(day, weekend)
        if len(sat):
            parts += self._market.sales(sat, np.unique(sat.who), day)[0]
        deaths = self._deaths(sat)
        parts += [self._died(sat, deaths), *self._loot(sat, kills, deaths), self._joined(sat)]
        parts += [self._levels(sat, kills, level), self._cheated(sat, cheating)]
        self._live(sat, deaths, quests)
        return self._told(day, parts, quests, self._spoken(sat))

    def _told(self, day: int, parts: list[Rows], quests: Rows, turns: Rows) -> Day:
        number = self.setting.first_day + day
        events = together([self._later, *parts], EVENT)
        now = events["at"] < (number + 1) * DAY
        self._later = events[~now]
        return Day(number, events[now], together([quests], QUEST), together([turns], TURN))

    def _level(self) -> Ints:
        found: Ints = np.clip(np.cbrt(self._experience), 1, 175).astype(np.int64)
        return found

    def _deaths(self, sat: sittings.Sittings) -> Ints:
        skill = self.people.skill[sat.who]
        rate = self.setting.death_rate * sat.minutes * np.exp(-0.5 * skill)
        rate *= np.where(self.people.role[sat.who] == BOT, 0.4, 1.0)
        found: Ints = self._chance.poisson(rate)
        return found

    def _died(self, sat: sittings.Sittings, deaths: Ints) -> Rows:
        of, at = sittings.within(sat, deaths, self._chance)
        found = sittings.made("death", at, sat.who[of], map=sat.map[of])
        found["target"] = 1002 + sat.map[of] % 30
        return found

    def _loot(self, sat: sittings.Sittings, kills: Ints, deaths: Ints) -> list[Rows]:
        """What the loot brings at an NPC, and what potions cost."""
        level = self._level()[sat.who]
        sold = sittings.made("zeny_change", sat.end - 30, sat.who, map=sat.map)
        worth = np.exp(self._chance.normal(0, 0.3, len(sat)))
        sold["zeny"] = 1 + kills * (10 + 2 * level) * worth
        paid = sittings.made("zeny_change", sat.start + 20, sat.who, map=sat.map)
        paid["zeny"] = -(1 + (deaths * 400 + kills * level * 0.5) * worth)
        return [sold, paid]

    def _joined(self, sat: sittings.Sittings) -> Rows:
        of, at = sittings.within(sat, self._chance.poisson(0.05, len(sat)), self._chance)
        found = sittings.made("party_join", at, sat.who[of], map=sat.map[of])
        found["other"] = FIRST_ID + self.people.partner[sat.who[of]]
        return found

    def _levels(self, sat: sittings.Sittings, kills: Ints, before: Ints) -> Rows:
        gained = kills * (30 + 4 * before[sat.who]) * np.exp(0.2 * self.people.skill[sat.who])
        np.add.at(self._experience, sat.who, gained)
        after = self._level()
        last = np.r_[sat.who[1:] != sat.who[:-1], True][: len(sat)]
        who, at = sat.who[last], sat.end[last] - 60
        risen = after[who] > before[who]
        found = sittings.made("base_level", at[risen], who[risen])
        found["number"] = after[who[risen]]
        self._risen = np.zeros(len(self.people))
        self._risen[who[risen]] = 1.0
        return found

    def _cheated(self, sat: sittings.Sittings, cheating: NDArray[np.bool_]) -> Rows:
        """Zeny for goods that were never found, or one quest over and over."""
        people, bold = self.people, self.setting.boldness
        dupes = cheating[sat.who] & (people.cheat[sat.who] == DUPE)
        of, at = sittings.within(sat, np.where(dupes, 4, 0), self._chance)
        sold = sittings.made("zeny_change", at, sat.who[of], map=sat.map[of])
        sold["zeny"] = 60_000 * bold * np.exp(self._chance.normal(0, 0.6, len(of)))
        again = cheating[sat.who] & (people.cheat[sat.who] == REPEAT)
        of, at = sittings.within(sat, np.where(again, int(14 * bold), 0), self._chance)
        steps = sittings.made("quest_step", at, sat.who[of], map=sat.map[of])
        steps["target"] = 60_000
        return np.concatenate([sold, steps])

    def _live(self, sat: sittings.Sittings, deaths: Ints, quests: Rows) -> None:
        """Motivation: it fades, dies with the character, and grows with levels and quests."""
        people, chance, n = self.people, self._chance, len(self.people)
        died = np.bincount(sat.who, deaths, n)
        done = np.bincount(quests["char"] - FIRST_ID, quests["status"] == 1, n)
        lost = np.bincount(quests["char"] - FIRST_ID, quests["status"] != 1, n)
        self._mood += -people.tiring + chance.normal(0, 0.07, n)
        self._mood += 0.05 * self._risen - 0.02 * np.minimum(died, 5) + 0.05 * done - 0.04 * lost
        self._mood = np.clip(self._mood, -2.0, 2.0)
        hazard = 1 / (1 + np.exp(5.2 + 2.4 * self._mood))
        self._left |= chance.random(n) < np.where(people.role == BOT, 0.3, 1.0) * hazard

    def _spoken(self, sat: sittings.Sittings) -> Rows:
        times = self._chance.poisson(self.people.chat[sat.who] * sat.minutes / 40)
        of, at = sittings.within(sat, times, self._chance)
        found = np.zeros(len(of), TURN)
        found["at"], found["char"] = at, FIRST_ID + sat.who[of]
        return found
