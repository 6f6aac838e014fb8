"""How a chain is woven without a language model: episodes whose outcomes decide what follows.

The form is Thorndyke's grammar of simple stories (Cognitive structures in comprehension and memory
of narrative discourse, Cognitive Psychology 9, 1977): setting, theme, a plot of episodes each with
a subgoal, an attempt and an outcome, and a resolution. Severity rises to the last episode but one
and falls, Freytag's pyramid (Die Technik des Dramas, 1863). How much is to be done follows from
what the map's players do anyway: arrivals in time are taken as Poisson's, and the goal is the
number that is reached with the wished chance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from world.happenings.tales import FEWEST_STEPS, MOST_STEPS, Part

Hardness = Literal["easy", "fair", "hard"]
CHANCES: dict[Hardness, float] = {"easy": 0.8, "fair": 0.6, "hard": 0.4}
"""That players who do as they always do reach the goal; who make an effort do better."""
SEVERITY: dict[Part, float] = {
    "opening": 2.0, "rising": 4.0, "climax": 7.0, "triumph": 3.0, "downfall": 5.0,
}  # fmt: skip
EXACT = 500.0
"""Mean up to which Poisson's distribution is summed up; above it is near enough to a normal one."""


@dataclass(frozen=True, kw_only=True)
class Episode:
    key: str
    part: Part
    hard: Hardness
    hours: int
    done: str = ""
    missed: str = ""


def weave(number: int) -> list[Episode]:
    """An opening, `number` - 4 rising episodes, a climax from four steps on, and two endings.

    Missing an episode skips to the climax, which then comes unprepared; missing the last one before
    an ending leads to the downfall."""
    number = min(max(number, FEWEST_STEPS), MOST_STEPS)
    triumph, downfall = f"s{number - 1}", f"s{number}"
    trials = number - 2
    climax = f"s{trials}"
    made = []
    for at in range(1, trials + 1):
        last, before = at == trials, at == trials - 1
        part: Part = "opening" if at == 1 else "climax" if last else "rising"
        hard: Hardness = "easy" if at == 1 else "hard" if last else "fair"
        done = triumph if last else f"s{at + 1}"
        missed = downfall if last or before else climax
        made.append(
            Episode(
                key=f"s{at}", part=part, hard=hard, hours=12 if last else 6, done=done,
                missed=missed,
            )
        )  # fmt: skip
    made.append(Episode(key=triumph, part="triumph", hard="fair", hours=6))
    made.append(Episode(key=downfall, part="downfall", hard="fair", hours=6))
    return made


def steps_for(rate: float) -> int:
    """How long a chain a map carries where `rate` of what is counted happens in an hour."""
    return min(FEWEST_STEPS + int(math.log2(1 + max(rate, 0.0)) / 1.5), MOST_STEPS)


def goal(rate: float, hours: int, chance: float) -> int:
    """The highest number that is reached in `hours` with at least `chance`, by Poisson's
    distribution of mean `rate` x `hours`; 1 at the least."""
    mean = max(rate, 0.0) * hours
    if mean > EXACT:
        return max(int(mean + math.sqrt(mean) * _normal(1 - chance)), 1)
    term, below, number = math.exp(-mean), 0.0, 0
    while 1 - below - term >= chance:
        below += term
        number += 1
        term *= mean / number
    return max(number, 1)


def _normal(share: float) -> float:
    """The point of the standard normal distribution below which `share` lies, by bisection."""
    low, high = -8.0, 8.0
    for _ in range(60):
        middle = (low + high) / 2
        if 0.5 * (1 + math.erf(middle / math.sqrt(2))) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2
