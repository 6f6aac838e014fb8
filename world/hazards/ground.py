"""What the weather of the last days has left: wet or dry ground, and snow.

Wetness is the antecedent precipitation index of Kohler and Linsley (Predicting the runoff from
storm rainfall, U.S. Weather Bureau research paper 34, 1951): what fell fades by a share a day. Snow
melts by degree-days (Martinec, The degree-day factor for snowmelt runoff forecasting, IAHS 51,
1960). Dryness grows towards its most while no rain falls, as in Keetch and Byram (A drought index
for forest fire control, USDA research paper SE-38, 1968). All are brought to 0-1."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from world.weather import chain

DAYS = 7
"""That are looked back."""
KEPT_A_DAY = 0.85
RAIN = {"rain": 4.0, "storm": 12.0}
"""Millimetres in a slot of three hours."""
SNOW = 3.0
"""Millimetres of water in a slot of snow."""
MELTS = 1.5
"""Millimetres in a slot at full warmth; rain melts twice as much."""
HALF_WET, HALF_SNOW = 25.0, 20.0
"""Millimetres at which ground is half as wet, and snow half as deep, as can be."""
DRIES = 0.03
"""Of what is left to full dryness, in a slot at full warmth."""
WETTED = {"rain": 0.4, "storm": 0.2, "snow": 0.6}
"""What is left of dryness after a slot."""


@dataclass(frozen=True)
class Ground:
    weather: str
    """Of now."""
    warmth: float
    wet: float
    snow: float
    dry: float


def warmth(at: datetime) -> float:
    """0 in the middle of January, 1 in the middle of July: the northern half of the earth, as the
    climates have it."""
    year = (at.timetuple().tm_yday - 15) / 365.25
    return (1 - math.cos(2 * math.pi * year)) / 2


def ground(weathers: Iterable[str], *, warm: float) -> Ground:
    """After these weathers, one a slot, the last one now. Pure."""
    kept = KEPT_A_DAY ** (chain.SLOT / timedelta(days=1))
    water = pack = dry = 0.0
    weather = "clear"
    for weather in weathers:
        water = water * kept + RAIN.get(weather, 0.0)
        melt = min(pack, MELTS * warm * (2 if weather in RAIN else 1))
        pack += (SNOW if weather == "snow" else 0.0) - melt
        water += melt
        dry = (
            dry * WETTED[weather]
            if weather in WETTED
            else dry + (1 - dry) * DRIES * (0.3 + 0.7 * warm)
        )
    return Ground(weather, warm, water / (water + HALF_WET), pack / (pack + HALF_SNOW), dry)


def of_group(seed: str, group: str, at: datetime, *, now: str = "") -> Ground:
    """Of a group of maps; `now` is the weather that was ordered, if any was."""
    slot = chain.slot_of(at)
    slots = range(slot - DAYS * (timedelta(days=1) // chain.SLOT), slot + 1)
    weathers = [chain.weather(seed, group, each) for each in slots]
    return ground([*weathers[:-1], now or weathers[-1]], warm=warmth(at))
