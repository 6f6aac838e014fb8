"""The ground of a map: layers, what lies in them, and how old it is. Pure, and for ever the same
for the same seed.

Layers lie in the order they came (Steno's law of superposition, De solido, 1669). How fast ground
grows follows Blaauw and Christen's age-depth model, sums of gamma increments (Flexible
paleoclimate age-depth models using an autoregressive gamma process, Bayesian Analysis 6, 2011). A
kind of object comes into use, is common, and goes out of use again (Ford's battleship curves, A
quantitative method for deriving cultural chronology, 1962), so that in each layer it is as frequent
as its age makes it; and a layer cannot be older than the youngest thing in it (terminus post
quem)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

DIG_CM = 25
"""One dig goes so deep."""
LAYERS = (4, 7)
RICHNESS = (0.15, 0.6)
"""Finds a dig, on average, of a layer."""
STRAY = 0.02
"""How much of its commonest an object is found long after it went out of use: heirlooms, rubble."""


@dataclass(frozen=True)
class Era:
    key: str
    began: int
    """Years ago; it ended when the next younger one began."""
    ended: int


ERAS = (
    Era("living", 60, 0),
    Era("guilds", 200, 60),
    Era("border_wars", 450, 200),
    Era("young_kingdom", 800, 450),
    Era("ash", 1_200, 800),
    Era("builders", 2_000, 1_200),
)


@dataclass(frozen=True)
class Kind:
    """Of objects: in use from `began` to `ended` years ago."""

    key: str
    began: int
    ended: int


KINDS = (
    Kind("clay_pipe", 120, 10),
    Kind("guild_seal", 240, 70),
    Kind("copper_buckle", 320, 90),
    Kind("arrow_bundle", 480, 180),
    Kind("field_order", 430, 210),
    Kind("minted_coin", 780, 150),
    Kind("prayer_tablet", 840, 420),
    Kind("glazed_tile", 900, 500),
    Kind("burnt_beam", 1_250, 820),
    Kind("urn", 1_500, 780),
    Kind("stone_key", 1_950, 1_150),
    Kind("star_chart", 2_000, 1_300),
)


@dataclass(frozen=True)
class Layer:
    number: int
    """From the surface, from 1."""
    top: int
    """Centimetres."""
    bottom: int
    youngest: int
    """Years ago it was covered."""
    oldest: int
    """Years ago it began to grow."""
    richness: float


@dataclass(frozen=True)
class Found:
    layer: Layer
    depth_cm: int
    kind: Kind
    earliest: int
    """It came to lie there between so many years ago ..."""
    latest: int
    """... and so many."""

    @property
    def era(self) -> Era:
        middle = (self.earliest + self.latest) / 2
        return next((era for era in ERAS if era.ended <= middle < era.began), ERAS[-1])


def layers(seed: str) -> Sequence[Layer]:
    """Of one map, the youngest first; the last lies on rock."""
    random = Random(f"layers of {seed}")  # noqa: S311  # nosec B311: no secret
    number = random.randint(*LAYERS)
    spans = [random.gammavariate(2.0, ERAS[-1].began / number / 2) for _ in range(number)]
    longest = ERAS[-1].began / max(sum(spans), 1.0)
    made, top, age = [], 0, 0.0
    for at, span in enumerate(spans, start=1):
        years = max(span * min(longest, 1.0), 20.0)
        thick = max(round(random.gammavariate(3.0, 15.0)), DIG_CM)
        made.append(
            Layer(at, top, top + thick, round(age), round(age + years), random.uniform(*RICHNESS))
        )
        top, age = top + thick, round(age + years)
    return made


def digs_to_rock(ground: Sequence[Layer]) -> int:
    return math.ceil(ground[-1].bottom / DIG_CM)


def find(ground: Sequence[Layer], *, seed: str, dig: int) -> Found | None:
    """What the `dig`th dig at a spot brings up, from 0; None for nothing, and for rock."""
    random = Random(f"dig {dig} of {seed}")  # noqa: S311  # nosec B311: no secret
    depth = dig * DIG_CM + random.randrange(DIG_CM)
    layer = next((one for one in ground if one.top <= depth < one.bottom), None)
    if layer is None or random.random() >= 1 - math.exp(-layer.richness):
        return None
    part = (depth - layer.top) / (layer.bottom - layer.top)
    age = layer.youngest + part * (layer.oldest - layer.youngest)
    known = [kind for kind in KINDS if kind.began > max(age, layer.youngest)]
    if not known:
        return None
    [kind] = random.choices(known, [frequency(kind, age) for kind in known])
    return Found(layer, depth, kind, min(layer.oldest, kind.began), layer.youngest)


def frequency(kind: Kind, age: float) -> float:
    """How common it was so many years ago, 1 at its commonest: a battleship curve."""
    middle, half = (kind.began + kind.ended) / 2, (kind.began - kind.ended) / 4
    return max(math.exp(-(((age - middle) / half) ** 2) / 2), STRAY)


def faults(ground: Sequence[Layer], found: Found) -> list[str]:
    """What is wrong with a find's date; empty if nothing is."""
    told = []
    if found.layer not in ground or not found.layer.top <= found.depth_cm < found.layer.bottom:
        told.append("it does not lie in the layer that is named")
    if found.kind.began <= found.layer.youngest:
        told.append("it is younger than the layer that covers it")
    if found.earliest < found.latest or found.earliest > found.kind.began:
        told.append("it lay there before it was made")
    return told
