"""What the world has cause for: a utility for each kind of event on each map, from the reports.

Utility scoring as in Dill and Mark (Improving AI Decision Modeling Through Utility Theory, GDC
2010): each cause is measured, brought to 0-1 by a response curve, multiplied with how new it would
be, and the highest wins. A cause is how far the last hours stand out from the map's own week."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from aiworld.errors import Invalid
from tenants.statements import rows
from world.models import WorldEvent

LATELY, BEFORE = timedelta(hours=6), timedelta(days=7)
TIRED = timedelta(hours=24)
"""After which a kind is new again on a map to two thirds."""
LEAST = 0.25
"""A utility below is no cause."""
MOST = 8
"""Causes that are weighed against each other at last."""
BY_KIND: Mapping[str, tuple[str, ...]] = {
    "market": ("trade", "vending_sale"),
    "feast": ("mvp_kill",),
    "warning": ("death",),
    "swarm": ("kill",),
}
"""Kind of event -> what is counted for it."""
ENOUGH: Mapping[str, int] = {"market": 20, "feast": 1, "warning": 8, "swarm": 200}
"""Fewer than so many in LATELY are no cause, however quiet the week was."""
QUIET = ("market", "feast", "warning")
"""Kinds that only are spoken of; a swarm brings monsters."""
COUNTS = """
SELECT map_name, kind,
    sum(number) FILTER (WHERE hour > %(lately)s),
    sum(number) FILTER (WHERE hour <= %(lately)s)
FROM activity_hours WHERE hour > %(before)s AND hour <= %(now)s AND map_name <> ''
    AND (%(map)s = '' OR map_name = %(map)s)
GROUP BY map_name, kind
"""


@dataclass(frozen=True)
class Cause:
    kind: str
    map_name: str
    strength: float
    """Utility, 0-1."""
    lately: int
    usual: float
    """In a time as long, over the week before."""

    def __str__(self) -> str:
        return f"{self.lately} on {self.map_name} in 6 h, usually {self.usual:.1f}"


def strongest(
    *, map_name: str = "", kinds: Iterable[str] = QUIET, tires: bool = True
) -> list[Cause]:
    """The strongest first, MOST of them; of equals the first by name, so that the same world gives
    the same event. `tires`: what there was of late counts less. Raises Invalid for a kind there is
    not."""
    if unknown := set(kinds) - BY_KIND.keys():
        raise Invalid(f"there is no kind {min(unknown)!r}: {', '.join(BY_KIND)}", field="kinds")
    now = timezone.now()
    found = _causes(counts(map_name, now), set(kinds), _tiredness(now) if tires else {})
    enough = [cause for cause in found if cause.strength >= LEAST]
    return sorted(enough, key=lambda one: (-one.strength, one.kind, one.map_name))[:MOST]


def counts(map_name: str, now: datetime) -> dict[tuple[str, str], tuple[int, float]]:
    """Map and what was counted -> lately, and usually in a time as long."""
    values = {"now": now, "lately": now - LATELY, "before": now - BEFORE, "map": map_name}
    times = (BEFORE - LATELY) / LATELY
    return {
        (name, kind): (int(lately or 0), float(before or 0) / times)
        for name, kind, lately, before in rows(COUNTS, values)
    }


def _tiredness(now: datetime) -> dict[tuple[str, str], datetime]:
    """Kind and map -> when there last was one."""
    lately = WorldEvent.objects.filter(created_at__gt=now - BEFORE, kind__in=[*BY_KIND, "spawn"])
    found = lately.order_by("created_at").values_list("kind", "map_name", "created_at")
    return {("swarm" if kind == "spawn" else kind, name): at for kind, name, at in found}


def _causes(
    counts: Mapping[tuple[str, str], tuple[int, float]],
    wanted: set[str],
    last: Mapping[tuple[str, str], datetime],
) -> Iterable[Cause]:
    now = timezone.now()
    for kind in sorted(wanted & BY_KIND.keys()):
        for name in sorted({name for name, what in counts if what in BY_KIND[kind]}):
            found = [counts.get((name, what), (0, 0.0)) for what in BY_KIND[kind]]
            lately, usual = sum(one[0] for one in found), sum(one[1] for one in found)
            if lately >= ENOUGH[kind]:
                at = last.get((kind, name))
                strength = standing_out(lately, usual) * novelty(now - at if at else None)
                yield Cause(kind, name, round(strength, 3), lately, usual)


def standing_out(lately: float, usual: float) -> float:
    """0 for as usual or less, 0.5 for three times as much, towards 1 for more: a logistic curve
    over the ratio's logarithm, with one added to both so that little over nothing is not much."""
    ratio = math.log((lately + 1) / (usual + 1))
    return max(2 / (1 + math.exp(-ratio)) - 1, 0.0)


def novelty(since: timedelta | None) -> float:
    """0 just after the last one, towards 1 with time; 1 if there was none."""
    return 1.0 if since is None else 1 - math.exp(-max(since / TIRED, 0.0))
