"""Prices and who moves them: every item has a worth that wanders and a deviation that fades."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.population.people import BOT, FIRST_ID, MANIPULATOR, Floats, Ints, People
from benchmarks.population.settings import Setting
from benchmarks.population.sittings import Sittings, made, within
from benchmarks.population.supply import Supply
from inference.learned.history import Rows

FIRST_ITEM = 501
CAMPAIGN = 6
"""Days: three of buying up, three of selling dear."""


class Market:
    """State that goes from day to day."""

    def __init__(self, setting: Setting, people: People, chance: np.random.Generator) -> None:
        self.setting, self.people, self.chance = setting, people, chance
        self.worth = chance.normal(7.5, 1.6, setting.items)
        """Logarithm of zeny."""
        self.deviation = np.zeros(setting.items)
        demand = chance.gamma(0.8, 1.0, setting.items)
        self.demand = demand / demand.sum()
        self.target = chance.integers(0, setting.items, len(people))
        self.began = np.full(len(people), -999)
        self.supply = Supply(setting, FIRST_ITEM)

    def turn(self, day: int, weekend: bool) -> None:
        """A night passes."""
        self.supply.turn()
        setting, n = self.setting, self.setting.items
        self.worth += self.chance.normal(0, 0.012, n)
        self.deviation *= setting.reversion
        self.deviation += self.chance.normal(0, 0.03, n)
        hit = self.chance.random(n) < setting.shocks
        self.deviation += np.where(hit, self.chance.normal(0, 0.45, n), 0)
        # One shock in five is an update of the game: what the item is worth has changed for good.
        lasting = hit & (self.chance.random(n) < 0.2)
        self.worth += np.where(lasting, self.chance.normal(0, 0.3, n), 0)
        self.deviation -= 0.05 if weekend else -0.02

    def sales(self, sat: Sittings, online: Ints, day: int) -> tuple[list[Rows], Floats]:
        """Vending and trades of one day, and what each character earned by them."""
        parts = [self._vending(sat, online), self._trades(sat)]
        parts += self._campaigns(sat, online, day)
        earned = np.zeros(len(self.people))
        for part in parts:
            got = part["zeny"] > 0
            np.add.at(earned, part["char"][got] - FIRST_ID, part["zeny"][got])
        return parts, earned

    def _price(self, item: Ints, more: Floats | float = 0.0) -> NDArray[np.int64]:
        noise = self.chance.normal(0, self.setting.noise, len(item))
        worth = self.worth[item] + self.deviation[item] - self.supply.cheaper[item]
        logs = np.clip(worth + noise + more, 1, 17)
        return np.exp(logs).astype(np.int64)

    def _vending(self, sat: Sittings, online: Ints) -> Rows:
        of, at = within(sat, self.chance.poisson(1.2 * self.people.trade[sat.who]), self.chance)
        item = self.chance.choice(self.setting.items, len(of), p=self.demand)
        return self._sold(at, sat.who[of], self._others(sat.who[of], online), item)

    def _sold(
        self, at: Floats, seller: Ints, buyer: Ints, item: Ints, more: Floats | float = 0.0
    ) -> Rows:
        found = made("vending_sale", at, seller)
        found["other"], found["target"] = FIRST_ID + buyer, FIRST_ITEM + item
        found["number"] = 1 + self.chance.poisson(1.0, len(at))
        found["zeny"] = self._price(item, more) * found["number"]
        real: Rows = found[seller != buyer]
        return real

    def _others(self, who: Ints, online: Ints) -> Ints:
        found: Ints = online[self.chance.integers(0, len(online), len(who))]
        return found

    def _trades(self, sat: Sittings) -> Rows:
        """Between friends, at the market's price or for nothing; bots hand over what they got."""
        people = self.people
        of, at = within(sat, self.chance.poisson(0.25 * people.trade[sat.who]), self.chance)
        who = sat.who[of]
        item = self.chance.choice(self.setting.items, len(of), p=self.demand)
        found = made("trade", at, who)
        found["other"], found["target"] = FIRST_ID + people.partner[who], FIRST_ITEM + item
        found["number"] = 1 + self.chance.poisson(1.0, len(at))
        free = self.chance.random(len(of)) < np.where(people.role[who] == BOT, 0.9, 0.45)
        found["zeny"] = np.where(free, 0, self._price(item) * found["number"])
        real: Rows = found[who != people.partner[who]]
        return real

    def _campaigns(self, sat: Sittings, online: Ints, day: int) -> list[Rows]:
        people = self.people
        due = (people.role == MANIPULATOR) & (day > people.joined + 5) & (day > self.began + 14)
        begins = due & (self.chance.random(len(people)) < 0.12)
        self.began[begins] = day
        self.target[begins] = self.chance.integers(0, self.setting.items, int(begins.sum()))
        age = day - self.began
        here = np.isin(np.arange(len(people)), sat.who)
        buying = np.flatnonzero((age >= 0) & (age < CAMPAIGN // 2) & here)
        selling = np.flatnonzero((age >= CAMPAIGN // 2) & (age < CAMPAIGN) & here)
        return [*self._bought_up(sat, buying, online), *self._dear(sat, selling, online)]

    def _bought_up(self, sat: Sittings, who: Ints, online: Ints) -> list[Rows]:
        """Whatever is for sale, and a little above the price; then a sale to the partner and back,
        so that the price seems to rise."""
        self.deviation[self.target[who]] += 0.10 * self.setting.boldness
        buyers, at = self._moments(sat, who, 5)
        item = self.target[buyers]
        bought = self._sold(at, self._others(buyers, online), buyers, item, 0.06)
        washers, at = self._moments(sat, who, 1.5)
        partner = self.people.partner[washers]
        more = 0.3 * self.setting.boldness
        there = self._sold(at, washers, partner, self.target[washers], more)
        back = self._sold(at + 60, partner, washers, self.target[washers], more)
        return [bought, there, back]

    def _dear(self, sat: Sittings, who: Ints, online: Ints) -> list[Rows]:
        sellers, at = self._moments(sat, who, 6)
        more = 0.35 * self.setting.boldness
        return [self._sold(at, sellers, self._others(sellers, online), self.target[sellers], more)]

    def _moments(self, sat: Sittings, who: Ints, times: float) -> tuple[Ints, Floats]:
        first = np.full(len(self.people), -1)
        first[sat.who[::-1]] = np.arange(len(sat))[::-1]
        which = first[np.repeat(who, self.chance.poisson(times, len(who)))]
        return sat.who[which], sat.start[which] + 60 * sat.minutes[which] * self.chance.random(
            len(which)
        )
