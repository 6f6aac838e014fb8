"""One day of play: who logs in when and for how long, and what is killed meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.population.people import CHEATER, FIRST_ID, SPEED, Floats, Ints, People
from inference.learned.history import CODES, EVENT, Rows

LONGEST = 14 * 60.0
MOST_KILLS = 2_000
MAPS = 40


@dataclass(frozen=True)
class Sittings:
    who: Ints
    second: Ints
    """0 or 1: which person."""
    start: Floats
    minutes: Floats
    map: Ints

    @property
    def end(self) -> Floats:
        return self.start + 60 * self.minutes

    def __len__(self) -> int:
        return len(self.who)


def drawn(
    people: People, wish: Floats, busy: Floats, midnight: float, chance: np.random.Generator
) -> Sittings:
    """`wish`: sittings to be expected of each today; `busy`: until when each still plays, which is
    brought up to date. Nobody plays twice at once."""
    who = np.repeat(np.arange(len(people)), chance.poisson(wish))
    second = (chance.random(len(who)) < people.second[who]).astype(np.int64)
    hour = chance.normal(people.hour[who, second], people.spread[who, second]) % 24
    start = midnight + 3600 * hour
    minutes = np.exp(people.length[who, second] + chance.normal(0, 0.55, len(who)))
    minutes = np.clip(minutes, 3, LONGEST)
    order = np.lexsort((start, who))
    who, second, start, minutes = who[order], second[order], start[order], minutes[order]
    same = np.r_[False, who[1:] == who[:-1]]
    before = np.where(same, np.r_[0.0, (start + 60 * minutes)[:-1]], busy[who])
    free = start > before + 120
    # Of three that overlap the third might: it goes too.
    free &= ~(same & np.r_[False, ~free[:-1]])
    who, second, start, minutes = who[free], second[free], start[free], minutes[free]
    np.maximum.at(busy, who, start + 60 * minutes)
    away = chance.random(len(who)) < 0.3 * np.minimum(people.mobility[who], 1.5)
    places = np.where(away, chance.integers(0, MAPS, len(who)), people.home[who, second])
    return Sittings(who, second, start, minutes, places)


def played(
    people: People, sat: Sittings, cheating: NDArray[np.bool_], chance: np.random.Generator,
    *, boldness: float, drops: Floats,
) -> tuple[list[Rows], Ints]:  # fmt: skip
    """Events, and kills of each sitting. `drops`: by map, times the usual."""
    pace = np.exp(people.pace[sat.who, sat.second] + chance.normal(0, 0.2, len(sat)))
    fast = cheating[sat.who] & (people.role[sat.who] == CHEATER) & (people.cheat[sat.who] == SPEED)
    pace = np.where(fast, pace * (1 + 2.5 * boldness), pace)
    kills = np.minimum(chance.poisson(pace * sat.minutes), MOST_KILLS)
    parts = [_ends(sat, "log_in", sat.start), _ends(sat, "log_out", sat.end)]
    parts.append(_kills(people, sat, kills, drops, chance))
    parts.append(_wandering(people, sat, chance))
    return parts, kills


def _ends(sat: Sittings, kind: str, at: Floats) -> Rows:
    return made(kind, at, sat.who, map=sat.map)


def _kills(
    people: People, sat: Sittings, kills: Ints, drops: Floats, chance: np.random.Generator
) -> Rows:
    of = np.repeat(np.arange(len(sat)), kills)
    shape = people.rhythm[sat.who, sat.second][of]
    gaps = chance.gamma(shape, 1 / shape)
    passed = np.cumsum(gaps)
    firsts = np.r_[0, np.cumsum(kills)[:-1]]
    offset = np.r_[0.0, passed][firsts]
    total = np.bincount(of, gaps, len(sat)) + 1
    share = (passed - offset[of]) / total[of]
    at = sat.start[of] + 60 * sat.minutes[of] * share
    found = made("kill", at, sat.who[of], map=sat.map[of])
    found["target"] = 1002 + sat.map[of] % 30
    found["number"] = 1 + chance.poisson(0.15, len(of))
    picked = chance.random(len(of)) < 0.2 * drops[sat.map[of]]
    picks = found[picked].copy()
    picks["kind"], picks["number"] = CODES["item_pick"], 1
    picks["target"] = 501 + picks["map"] % 60
    picks["at"] += 0.5
    grand = chance.random(len(of)) < 0.002
    found["kind"][grand] = CODES["mvp_kill"]
    return np.concatenate([found, picks])


def _wandering(people: People, sat: Sittings, chance: np.random.Generator) -> Rows:
    moves = chance.poisson(0.06 * sat.minutes * people.mobility[sat.who])
    of = np.repeat(np.arange(len(sat)), moves)
    at = sat.start[of] + 60 * sat.minutes[of] * chance.random(len(of))
    return made("map_change", at, sat.who[of], map=chance.integers(0, MAPS, len(of)))


def within(sat: Sittings, times: Ints, chance: np.random.Generator) -> tuple[Ints, Floats]:
    """Indices of sittings and moments in them, so many of each."""
    of = np.repeat(np.arange(len(sat)), times)
    return of, sat.start[of] + 60 * sat.minutes[of] * chance.random(len(of))


def made(kind: str, at: Floats, who: Ints, *, map: Ints | int = 0) -> Rows:
    """Events of one kind; `who` are indices."""
    found = np.zeros(len(at), EVENT)
    found["at"], found["kind"], found["char"] = at, CODES[kind], FIRST_ID + who
    found["map"], found["number"] = map, 1
    return found


def weekday(day: int) -> int:
    """0 is Monday."""
    return (day + 3) % 7


def cheats_today(people: People, day: int, chance: np.random.Generator) -> NDArray[np.bool_]:
    """Cheaters cheat on some days, from their second week on."""
    late = day > people.joined + 7
    found: NDArray[np.bool_] = (people.role == CHEATER) & late & (chance.random(len(people)) < 0.45)
    return found
