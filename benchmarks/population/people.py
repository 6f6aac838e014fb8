"""Who plays: traits that stay, drawn once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.population.settings import Setting

PERSON, BOT, SHARED, CHEATER, MANIPULATOR = range(5)
FIRST_ID = 150_000
SPEED, DUPE, REPEAT = range(3)
"""What cheaters do: kill too fast, sell what they never found, hand in a quest again and again."""
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class People:
    """One row per character. Two columns: who plays by day, and who else uses the account."""

    role: Ints
    joined: Ints
    """Day."""
    hour: Floats
    spread: Floats
    """Hours."""
    second: Floats
    """Share of sittings that are the second person's, or at another time of day."""
    length: Floats
    """Logarithm of minutes."""
    pace: Floats
    """Logarithm of kills a minute."""
    rhythm: Floats
    """Shape of the gamma distribution of gaps between kills: 1 is chance, 10 a clock."""
    home: Ints
    """Map."""
    mobility: Floats
    sittings: Floats
    skill: Floats
    chat: Floats
    trade: Floats
    quests: Floats
    tiring: Floats
    persistence: Floats
    cheat: Ints
    partner: Ints
    """Index of the character it deals with most."""
    level: Floats

    def __len__(self) -> int:
        return len(self.role)


def draw(setting: Setting, chance: np.random.Generator) -> People:
    n = setting.players
    role = chance.choice(5, n, p=_shares(setting))
    found = _persons(setting, role, chance)
    _pretend(setting, role, found, chance)
    two = role == SHARED
    # A third of those who play at two times of day are one person all the same.
    alike = (role == PERSON) & (chance.random(n) < 0.15)
    found["second"] = np.where(two, chance.uniform(0.25, 0.5, n), 0.0)
    found["second"][alike] = chance.uniform(0.2, 0.5, alike.sum())
    for name in ("length", "pace", "rhythm", "home"):
        found[name][alike, 1] = found[name][alike, 0]
    return People(role=role, **found)


def _shares(setting: Setting) -> list[float]:
    odd = [setting.bots, setting.sharers, setting.cheaters, setting.manipulators]
    return [1 - sum(odd), *odd]


def _persons(setting: Setting, role: Ints, chance: np.random.Generator) -> dict[str, Any]:
    n = len(role)
    joined = np.where(chance.random(n) < setting.newcomers,
                      chance.integers(0, max(int(0.8 * setting.days), 1), n), 0)  # fmt: skip
    return {
        "joined": joined,
        "hour": (setting.evening + chance.normal(0, 3.5, (n, 2))) % 24,
        "spread": chance.uniform(0.8, 3.0, (n, 2)),
        "length": np.log(setting.minutes) + chance.normal(0, 0.45, (n, 2)),
        "pace": np.log(setting.pace) + chance.normal(0, 0.4, (n, 2)),
        "rhythm": np.exp(chance.normal(-0.1, 0.3, (n, 2))),
        "home": chance.integers(0, 40, (n, 2)),
        "mobility": np.exp(chance.normal(0, 0.6, n)),
        "sittings": chance.gamma(2.5, setting.sittings / 2.5, n),
        "skill": chance.normal(0, 1, n),
        "chat": chance.gamma(0.8, 1.2, n),
        "trade": chance.gamma(0.7, 0.6, n),
        "quests": chance.gamma(1.2, 0.6, n),
        "tiring": np.maximum(chance.normal(setting.tiring, 0.02, n), 0.0),
        "persistence": chance.normal(0, 0.7, n),
        "cheat": chance.integers(0, 3, n),
        "partner": chance.permutation(n),
        "level": np.clip(np.exp(chance.normal(3.4, 0.8, n)), 1, 99),
    }


def _pretend(
    setting: Setting, role: Ints, found: dict[str, Any], chance: np.random.Generator
) -> None:
    """Bots play long and evenly, say little, stay where they are; the careful ones less so."""
    bots = role == BOT
    number = int(bots.sum())
    care = np.clip(chance.normal(setting.care, 0.25, number), 0, 1)
    wide = care[:, None]
    found["length"][bots] += (1 - wide) * 1.2 + 0.2
    found["rhythm"][bots] = np.exp((1 - wide) * 1.3 + chance.normal(0, 0.25, (number, 2)))
    found["spread"][bots] += (1 - wide) * 6.0
    found["sittings"][bots] = setting.sittings * (1.3 + chance.random(number))
    found["mobility"][bots] *= 0.1 + 0.6 * care
    found["chat"][bots] *= 0.5 * care
    found["quests"][bots] *= 0.3 * care
    found["tiring"][bots] *= 0.2
    found["trade"][bots] += 0.2
    _grind(role, found, chance)
    found["trade"][role == MANIPULATOR] += 1.0


def _grind(role: Ints, found: dict[str, Any], chance: np.random.Generator) -> None:
    """One person in fourteen plays much like a program: long, evenly, in one place, in silence."""
    some = (role == PERSON) & (chance.random(len(role)) < 0.07)
    number = int(some.sum())
    found["length"][some] += chance.uniform(0.3, 0.9, (number, 1))
    found["rhythm"][some] *= np.exp(chance.uniform(0.1, 0.8, (number, 1)))
    found["mobility"][some] *= 0.4
    found["chat"][some] *= 0.15
    found["quests"][some] *= 0.3
