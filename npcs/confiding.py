"""How much trust a character takes before it tells, by its temper.

An open, agreeable, calm one confides a little sooner, a closed, anxious one later. The shift is
small and clamped: every tier can be reached by trust (0-10), they stay in order, and what is
confidential stays rare."""

from __future__ import annotations

from typing import Protocol

from npcs.scales import Sensitivity


class Temper(Protocol):
    """A Persona, or the row of an NPC."""

    @property
    def openness(self) -> float: ...
    @property
    def agreeableness(self) -> float: ...
    @property
    def neuroticism(self) -> float: ...


LIMITS: dict[Sensitivity, tuple[float, float]] = {
    Sensitivity.PUBLIC: (0.0, 0.0),
    Sensitivity.PRIVATE: (4.0, 6.0),
    Sensitivity.SECRET: (7.25, 8.75),
    Sensitivity.CONFIDENTIAL: (9.5, 10.0),
}
"""Least and most trust that a tier may take, whatever the temper."""
OPENNESS, AGREEABLENESS, CALM = 0.75, 0.75, 0.5
"""How far a trait moves a threshold at its extreme against the middle, in points of trust times 2:
the three together move it by at most one point."""


def shift(persona: Temper) -> float:
    """-1.0 (confides sooner) to 1.0 (later); 0 for a temper in the middle."""
    return (
        OPENNESS * (0.5 - persona.openness)
        + AGREEABLENESS * (0.5 - persona.agreeableness)
        + CALM * (persona.neuroticism - 0.5)
    )


def needed(persona: Temper, sensitivity: int) -> float:
    """The trust (0-10) from which this character tells what is so sensitive."""
    tier = Sensitivity(sensitivity)
    low, high = LIMITS[tier]
    return round(min(max(tier + shift(persona), low), high), 2)


def opened(persona: Temper, trust: float) -> Sensitivity:
    """The most sensitive tier that is open at this trust."""
    return max(tier for tier in Sensitivity if needed(persona, tier) <= trust or tier == 0)
