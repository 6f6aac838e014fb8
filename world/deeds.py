"""What players do that others think of: how much karma and reputation a deed is worth at most.

The numbers are the game's rules, not anybody's opinion. Whoever judges a deed, a script, an event
or a language model, gives a weight from 0 to 1 and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

DeedName = Literal[
    "help", "heal", "rescue", "donate", "quest", "defend", "trade",
    "insult", "lie", "steal", "betray", "attack", "murder", "desecrate",
]  # fmt: skip
DEED_NAMES: tuple[DeedName, ...] = get_args(DeedName)


@dataclass(frozen=True)
class Deed:
    karma: int
    """Points on -10,000..10,000 at full weight."""
    reputation: int
    """Points on 0-10,000 with the faction it was done to, at full weight."""


DEEDS: Mapping[DeedName, Deed] = {
    "help": Deed(60, 40),
    "heal": Deed(40, 20),
    "rescue": Deed(150, 120),
    "donate": Deed(80, 80),
    "quest": Deed(50, 100),
    "defend": Deed(100, 150),
    "trade": Deed(5, 15),
    "insult": Deed(-20, -40),
    "lie": Deed(-40, -40),
    "steal": Deed(-120, -100),
    "betray": Deed(-250, -250),
    "attack": Deed(-120, -150),
    "murder": Deed(-400, -300),
    "desecrate": Deed(-300, -300),
}
DEFAULT_WEIGHT = 0.5


def worth(points: int, weight: float) -> int:
    """`weight` 0-1; what weighs anything is worth at least a point."""
    moved = round(points * min(max(weight, 0.0), 1.0))
    return moved or (0 if weight <= 0 or not points else (1 if points > 0 else -1))


def capped(points: int, moved_today: int, cap: int) -> int:
    """What is left of it when all of a day together may move by at most `cap` either way."""
    return min(max(points, -cap - moved_today), cap - moved_today)
