"""Which hazard a map is due, and how strong it may be.

Risk is hazard x exposure x vulnerability (Crichton, The risk triangle, in Ingleton (ed.), Natural
Disaster Management, 1999): how likely the land makes it, how many players are there, and how strong
those who play there are - a map for beginners never has a strong one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from world.happenings.causes import novelty
from world.hazards.ground import Ground

UNSAFE_FOR_US = (
    "town", "pvp", "gvg", "gvg_castle", "gvg_te", "gvg_te_castle", "gvg_dungeon", "battleground",
)  # fmt: skip
"""Map flags of towns and arenas: nothing of ours ever does harm there."""
BEGINNERS, MIDDLE = 20, 60
"""Highest level of the monsters of a map for beginners, and of one for the middle."""
MOST = {"beginners": 3, "middle": 6, "others": 9}
LEAST = 0.12
"""A risk below is none."""
BUSY = 50.0
"""Things reported in six hours of a map that is well visited."""


@dataclass(frozen=True, kw_only=True)
class Land:
    """A map, as far as hazards care."""

    map_name: str
    group: str
    """Of the climates; empty: it has no sky."""
    flags: frozenset[str]
    highest: int
    """Level of its monsters; 0: none live there."""
    undead: float
    """Share of its monsters, 0-1."""
    visits: int
    """Things reported from it in six hours."""
    deaths: float
    """How far the deaths of six hours stand out, 0-1."""


@dataclass(frozen=True, kw_only=True)
class Risk:
    kind: str
    map_name: str
    risk: float
    """0-1."""
    strength: int
    """The most it may be here, 1-9."""
    weather: str


def _flood(land: Land, ground: Ground) -> float:
    return ground.wet * {"storm": 1.0, "rain": 0.7}.get(ground.weather, 0.0)


def _landslide(land: Land, ground: Ground) -> float:
    falls = ground.weather in ("rain", "storm")
    return ground.wet * 1.1 if land.group == "mountains" and falls else 0.0


def _lightning(land: Land, ground: Ground) -> float:
    return 0.3 + 0.4 * ground.warmth if ground.weather == "storm" else 0.0


def _wildfire(land: Land, ground: Ground) -> float:
    woods = {"forest": 1.0, "temperate": 0.8, "mountains": 0.6, "coast": 0.4}.get(land.group, 0.0)
    sky = {"clear": 1.0, "cloudy": 0.5}.get(ground.weather, 0.0)
    return woods * sky * ground.dry * (0.2 + 0.8 * ground.warmth)


def _heat(land: Land, ground: Ground) -> float:
    if land.group != "desert" or ground.weather != "clear":
        return 0.0
    return ground.warmth * (0.4 + 0.6 * ground.dry)


def _blizzard(land: Land, ground: Ground) -> float:
    return 0.2 + 0.6 * ground.snow if ground.weather == "snow" else 0.0


def _avalanche(land: Land, ground: Ground) -> float:
    """Deep snow that the day warms, or that rain falls into."""
    if land.group not in ("mountains", "snow"):
        return 0.0
    stir = {"clear": 0.5, "rain": 1.0, "storm": 1.0, "cloudy": 0.3}.get(ground.weather, 0.1)
    return ground.snow * stir


def _dust(land: Land, ground: Ground) -> float:
    return 0.4 + 0.4 * ground.dry if ground.weather == "sandstorm" else 0.0


def _fog(land: Land, ground: Ground) -> float:
    return 0.35 if ground.weather == "fog" else 0.0


def _cave_in(land: Land, ground: Ground) -> float:
    """Water of the land above seeps in."""
    return 0.5 * ground.wet


def _miasma(land: Land, ground: Ground) -> float:
    return land.undead * (0.3 + 0.7 * land.deaths)


Likelihood = Callable[[Land, Ground], float]
OUTSIDE: Mapping[str, Likelihood] = {
    "flood": _flood, "landslide": _landslide, "lightning": _lightning, "wildfire": _wildfire,
    "heat": _heat, "blizzard": _blizzard, "avalanche": _avalanche, "dust": _dust,
    "blinding_fog": _fog,
}  # fmt: skip
INSIDE: Mapping[str, Likelihood] = {"cave_in": _cave_in, "miasma": _miasma}
KINDS = (*OUTSIDE, *INSIDE)


def safe(flags: frozenset[str], highest: int) -> bool:
    """Whether players may count on being left alone: towns, arenas, and maps without monsters."""
    return not highest or not flags.isdisjoint(UNSAFE_FOR_US)


def risks(land: Land, ground: Ground, *, last: Mapping[str, timedelta] | None = None) -> list[Risk]:
    """What the map is due, the greatest first. `last`: kind -> since when it had one. Pure."""
    if safe(land.flags, land.highest):
        return []
    known = last or {}
    seen = 0.25 + 0.75 * min(land.visits / BUSY, 1.0)
    found = []
    for kind, likelihood in (OUTSIDE if land.group else INSIDE).items():
        likely = min(max(likelihood(land, ground), 0.0), 1.0)
        risk = likely * seen * novelty(known.get(kind))
        if risk >= LEAST:
            most = most_strength(land.highest)
            strength = min(max(round(10 * risk), 1), most)
            found.append(
                Risk(kind=kind, map_name=land.map_name, risk=round(risk, 3), strength=strength,
                     weather=ground.weather if land.group else "")
            )  # fmt: skip
    return sorted(found, key=lambda one: (-one.risk, one.kind))


def most_strength(highest: int) -> int:
    whose = "beginners" if highest <= BEGINNERS else "middle" if highest <= MIDDLE else "others"
    return MOST[whose]
