"""Which weather a group of maps has, and how often in each season.

The shares are ours, of the kind of land the game shows there; the way they go over from season to
season is Richardson's (Stochastic simulation of daily precipitation, temperature, and solar
radiation, Water Resources Research 17, 1981): what the chain is made of follows the day of the
year."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

WEATHERS = ("clear", "cloudy", "fog", "rain", "storm", "snow", "sandstorm")
Shares = tuple[float, ...]
"""Of each of WEATHERS; they sum up to 1."""


@dataclass(frozen=True)
class Climate:
    persistence: float
    """Chance that the weather of one slot goes on in the next for no other reason, 0-1."""
    winter: Shares
    spring: Shares
    summer: Shares
    autumn: Shares

    def shares(self, at: datetime) -> Shares:
        """Of that day: between two seasons a mixture of both. The year begins in mid-winter, as it
        does on the northern half of the earth."""
        year = (at.timetuple().tm_yday - 15) / 365.25 % 1.0
        seasons = (self.winter, self.spring, self.summer, self.autumn)
        now, part = int(year * 4) % 4, year * 4 % 1.0
        turned = (1 - math.cos(math.pi * part)) / 2
        one, next_one = seasons[now], seasons[(now + 1) % 4]
        return tuple(a * (1 - turned) + b * turned for a, b in zip(one, next_one, strict=True))


#                   clear cloudy fog   rain  storm snow  sand
CLIMATES: Mapping[str, Climate] = {
    "temperate": Climate(
        0.60,
        winter=(0.28, 0.32, 0.12, 0.14, 0.02, 0.12, 0.00),
        spring=(0.42, 0.27, 0.06, 0.21, 0.04, 0.00, 0.00),
        summer=(0.58, 0.20, 0.02, 0.12, 0.08, 0.00, 0.00),
        autumn=(0.34, 0.28, 0.13, 0.21, 0.04, 0.00, 0.00),
    ),
    "forest": Climate(
        0.62,
        winter=(0.26, 0.30, 0.18, 0.20, 0.02, 0.04, 0.00),
        spring=(0.36, 0.26, 0.12, 0.22, 0.04, 0.00, 0.00),
        summer=(0.44, 0.22, 0.06, 0.20, 0.08, 0.00, 0.00),
        autumn=(0.28, 0.27, 0.20, 0.22, 0.03, 0.00, 0.00),
    ),
    "mountains": Climate(
        0.58,
        winter=(0.22, 0.26, 0.10, 0.04, 0.04, 0.34, 0.00),
        spring=(0.34, 0.28, 0.12, 0.16, 0.05, 0.05, 0.00),
        summer=(0.48, 0.24, 0.08, 0.12, 0.08, 0.00, 0.00),
        autumn=(0.28, 0.28, 0.16, 0.16, 0.04, 0.08, 0.00),
    ),
    "coast": Climate(
        0.55,
        winter=(0.34, 0.32, 0.10, 0.18, 0.06, 0.00, 0.00),
        spring=(0.50, 0.26, 0.06, 0.14, 0.04, 0.00, 0.00),
        summer=(0.62, 0.18, 0.02, 0.10, 0.08, 0.00, 0.00),
        autumn=(0.38, 0.26, 0.08, 0.18, 0.10, 0.00, 0.00),
    ),
    "desert": Climate(
        0.70,
        winter=(0.70, 0.18, 0.02, 0.02, 0.00, 0.00, 0.08),
        spring=(0.70, 0.12, 0.00, 0.01, 0.01, 0.00, 0.16),
        summer=(0.80, 0.06, 0.00, 0.00, 0.01, 0.00, 0.13),
        autumn=(0.76, 0.12, 0.01, 0.02, 0.01, 0.00, 0.08),
    ),
    "snow": Climate(
        0.65,
        winter=(0.18, 0.24, 0.06, 0.00, 0.02, 0.50, 0.00),
        spring=(0.28, 0.28, 0.08, 0.02, 0.02, 0.32, 0.00),
        summer=(0.40, 0.28, 0.08, 0.08, 0.02, 0.14, 0.00),
        autumn=(0.24, 0.28, 0.10, 0.04, 0.02, 0.32, 0.00),
    ),
}
ELSEWHERE = "temperate"
_INDOORS = re.compile(
    r"(^|_)(in|dun|maze|cas|sew|tower|cave|pvp|gld|inn)\d*|dun\d*$|^(sec_|turbo|job_|1@)"
)
_BY_PREFIX = (
    ("desert", ("moc", "morocc", "cmd_fild08", "cmd_fild09", "ra_", "rachel", "ve_", "veins",
                "arena")),
    ("snow", ("xmas", "lutie", "ice_", "jor_")),
    ("forest", ("pay", "um_", "umbala", "spl_", "splendide", "gon_", "gonryun", "ama_", "amatsu")),
    ("coast", ("alb", "izlu", "comodo", "cmd_", "beach", "jawaii", "malaya", "ma_", "brasilis")),
    ("mountains", ("gef", "mjolnir", "alde", "yuno", "juno", "ein", "lhz", "lighthalzen", "hu_",
                   "hugel", "lou_", "louyang")),
)  # fmt: skip


def group_of(map_name: str) -> str:
    """The group a map belongs to, by its name; empty for none and for one without a sky."""
    if not map_name or _INDOORS.search(map_name):
        return ""
    for group, prefixes in _BY_PREFIX:
        if map_name.startswith(prefixes):
            return group
    return ELSEWHERE
