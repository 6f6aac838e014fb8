"""Quests that NPCs gave: who takes which, and what becomes of them."""

from __future__ import annotations

import numpy as np

from benchmarks.population.people import FIRST_ID, Floats, Ints, People
from benchmarks.population.settings import Setting
from benchmarks.population.sittings import Sittings, made, within
from inference.learned.history import ABANDONED, COMPLETED, EXPIRED, QUEST, Rows

AMOUNTS = np.array([3, 5, 10, 20, 35, 60])
"""As quests.rules.WORK asks for."""
COUNTED = np.array([1, 1, 0, 0, 0, 0, 0, 1], bool)
"""Kinds with an amount: kill, collect, boss."""
EASE = np.array([0.2, 0.0, -0.3, 0.6, 0.5, -0.5, 0.7, -0.8])
"""By kind, in units of the logit."""
HARDEST = np.array([6, 6, 3, 2, 3, 2, 2, 6])
"""By kind, as quests.rules says."""
LONGEST_HOURS = 72.0


def given(
    setting: Setting, people: People, sat: Sittings, mood: Floats, level: Ints,
    chance: np.random.Generator,
) -> Rows:  # fmt: skip
    """Accepted today, with what becomes of them, which is in the future."""
    of, at = within(sat, chance.poisson(0.5 * people.quests[sat.who]), chance)
    who = sat.who[of]
    found = np.zeros(len(of), QUEST)
    found["char"], found["accepted_at"] = FIRST_ID + who, at
    found["level"] = level[who]
    found["kind"] = chance.choice(8, len(of), p=[0.35, 0.2, 0.03, 0.12, 0.1, 0.06, 0.1, 0.04])
    wished = np.rint(1 + level[who] / 40 + chance.normal(0.5, 1.2, len(of)))
    found["difficulty"] = np.clip(wished, 1, HARDEST[found["kind"]])
    counted = COUNTED[found["kind"]]
    found["amount"] = np.where(counted, AMOUNTS[found["difficulty"] - 1], 1)
    _end(setting, people, found, who, mood, chance)
    return found


def _end(
    setting: Setting, people: People, found: Rows, who: Ints, mood: Floats,
    chance: np.random.Generator,
) -> None:  # fmt: skip
    done = chance.random(len(who)) < odds(setting, people, found, who, mood)
    hours = taking(people, found, who, chance)
    gave_up = chance.random(len(who)) < 0.4
    status = np.where(gave_up, ABANDONED, EXPIRED)
    late = np.where(gave_up, np.minimum(2 * hours, LONGEST_HOURS), LONGEST_HOURS)
    done &= hours < LONGEST_HOURS
    found["status"] = np.where(done, COMPLETED, status)
    found["ended_at"] = found["accepted_at"] + 3600 * np.where(done, hours, late)


def odds(setting: Setting, people: People, found: Rows, who: Ints, mood: Floats) -> Floats:
    """That each is completed, 0-1; of QUEST the kind, difficulty and level count."""
    hard = found["difficulty"] - 2.5 + setting.hardness
    logit = 1.4 + 0.9 * people.skill[who] - 0.75 * hard + EASE[found["kind"]]
    logit += people.persistence[who] + 0.8 * (mood[who] - 1) + 0.25 * np.log(found["level"] / 30)
    share: Floats = 1 / (1 + np.exp(-logit))
    return share


def taking(people: People, found: Rows, who: Ints, chance: np.random.Generator) -> Floats:
    """Hours until it is done."""
    logs = 0.2 + 0.45 * found["difficulty"] - 0.3 * people.skill[who]
    hours: Floats = np.exp(logs + chance.normal(0, 0.7, len(who)))
    return hours


def steps(quests: Rows) -> Rows:
    """Events of those that were completed."""
    done = quests[quests["status"] == COMPLETED]
    found = made("quest_step", done["ended_at"], done["char"] - FIRST_ID)
    found["target"], found["number"] = 95_000, 1
    return found
