"""How much goes on for players, and whether the world should bring more or leave them alone. Pure.

Booth's pacing of Left 4 Dead (The AI Systems of Left 4 Dead, AIIDE 2009): tension is estimated,
built up to a peak, and after a peak nothing is added until it has fallen and stayed down."""

from __future__ import annotations

from typing import Literal, get_args

Phase = Literal["build_up", "peak", "relax"]
PHASES: tuple[Phase, ...] = get_args(Phase)
HIGH, LOW = 0.7, 0.35
REST_HOURS = 3.0
"""After a peak, at least."""
DEADLY = 2.0
"""Players die so many times as often as usual: as tense as it gets by that."""


def tension(*, severities: list[float], deaths: float, usual_deaths: float) -> float:
    """0-1. `severities` (0-10) of what troubles players just now; what comes on top of the gravest
    adds less and less."""
    calm = 1.0
    for severity in severities:
        calm *= 1 - min(max(severity, 0.0), 10.0) / 12.5
    ratio = (deaths + 1) / (usual_deaths + 1)
    deadly = min(max((ratio - 1) / DEADLY, 0.0), 1.0) if deaths >= 3 else 0.0
    return round(1 - calm * (1 - 0.6 * deadly), 4)


def phase(before: Phase | None, now: float, *, hours_since: float) -> Phase:
    """`hours_since` the phase before began."""
    if now >= HIGH:
        return "peak"
    if before == "peak":
        return "relax"
    if before == "relax" and (now > LOW or hours_since < REST_HOURS):
        return "relax"
    return "build_up"
