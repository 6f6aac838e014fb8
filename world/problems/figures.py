"""What is wrong in the world, by figures: each trouble with how much players would have to do.

Utility scoring as for world events (world/happenings/causes.py): a trouble is how far it stands out
from what is usual, and what there was of late counts less."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone

from tenants.statements import rows
from world import gamedata
from world.chains.weaving import CHANCES, goal
from world.factions import TOWARDS
from world.happenings import causes
from world.happenings.tales import Wanted
from world.happenings.tally import tally
from world.market import prices
from world.models import FactionNode, GameEvent, GameItem, GameMonster, StandingMove, WorldEvent

HOURS = 24
"""A problem lasts so long."""
WEEK = timedelta(days=7)
DEARER = 0.25
"""Rise of a price within a week that is a shortage."""
FEWEST_DEALS, FALLEN = 20, 0.5
"""Deals of a usual day on a map, and the share of them below which it is a slump."""
FEWEST_WRONGS = 3
MOST, MOST_FACTIONS, MOST_DEATHS = 8, 2_000, 2_000
LEAST_GOALS = {"shortage": 5, "surge": 20, "slump": 10, "feud": 3}
SLUMPS = """
SELECT map_name,
    COALESCE(sum(number) FILTER (WHERE hour > %(lately)s), 0)::float8,
    sum(number) FILTER (WHERE hour <= %(lately)s)::float8 / 6
FROM activity_hours
WHERE hour > %(before)s AND hour <= %(now)s AND map_name <> '' AND kind IN ('trade', 'vending_sale')
GROUP BY map_name
HAVING sum(number) FILTER (WHERE hour <= %(lately)s)::float8 / 6 >= %(fewest)s
"""


@dataclass(frozen=True, kw_only=True)
class Trouble:
    cause: str
    map_name: str
    """Empty: everywhere."""
    wanted: Wanted
    strength: float
    """0-1."""
    lately: float
    usual: float
    name: str
    """Of the item, the monster or the faction."""
    severity: float


def troubles(*, map_name: str = "", now: datetime | None = None) -> list[Trouble]:
    """The worst first, MOST of them; with a map only those of it."""
    now = now or timezone.now()
    found = [*_surges(map_name, now), *_slumps(now)]
    if not map_name:
        found += [*_shortages(now), *_feuds(now)]
    fit = [one for one in found if not map_name or one.map_name == map_name]
    fresh = [replace(one, strength=round(one.strength * _novelty(one, now), 3)) for one in fit]
    return sorted(fresh, key=lambda one: (-one.strength, one.cause, one.map_name, one.name))[:MOST]


def _novelty(trouble: Trouble, now: datetime) -> float:
    before = WorldEvent.objects.filter(
        kind="problem", data__cause=trouble.cause, map_name=trouble.map_name, retracted=False
    )
    last = before.order_by("-created_at").values_list("created_at", flat=True).first()
    return causes.novelty(now - last if last else None)


def _surges(map_name: str, now: datetime) -> Iterator[Trouble]:
    """Players die as they did not before; the monster that killed most of them is behind it."""
    for cause in causes.strongest(map_name=map_name, kinds=["warning"], tires=False):
        monster = _killer(cause.map_name, now)
        wanted = Wanted(measure="kill", target=monster.pk if monster else 0, goal=1)
        yield Trouble(
            cause="surge",
            map_name=cause.map_name,
            wanted=_reachable(wanted, "surge", cause.map_name, now),
            strength=cause.strength,
            lately=cause.lately,
            usual=cause.usual,
            name=monster.name if monster else "",
            severity=6.0,
        )


def _killer(map_name: str, now: datetime) -> GameMonster | None:
    deaths = GameEvent.objects.filter(
        kind="death", map_name=map_name, happened_at__gt=now - causes.LATELY, target_id__gt=0
    )
    recent = deaths.order_by("-happened_at").values_list("target_id", flat=True)[:MOST_DEATHS]
    counted = Counter(recent)
    known = GameMonster.objects.in_bulk(list(counted))
    return max(known.values(), key=lambda one: (counted[one.pk], -one.pk), default=None)


def _slumps(now: datetime) -> Iterator[Trouble]:
    lately = now - timedelta(days=1)
    values = {"now": now, "lately": lately, "before": now - WEEK, "fewest": FEWEST_DEALS}
    for map_name, deals, usual in rows(SLUMPS, values):
        if deals < FALLEN * usual:
            most = goal(usual / 24, HOURS, CHANCES["fair"])
            wanted = Wanted(measure="trade", goal=max(most, LEAST_GOALS["slump"]))
            yield Trouble(
                cause="slump", map_name=map_name, wanted=wanted, lately=deals, usual=usual,
                strength=causes.standing_out(usual, deals), name=map_name, severity=3.0,
            )  # fmt: skip


def _shortages(now: datetime) -> Iterator[Trouble]:
    dear = [one for one in prices.medians(now=now) if (one.change or 0.0) >= DEARER]
    known = GameItem.objects.in_bulk([one.item_id for one in dear])
    for price in dear:
        item = known.get(price.item_id)
        if item is None or not price.now or not price.before or not _to_be_had(item.pk, now):
            continue
        wanted = Wanted(measure="item_pick", target=item.pk, goal=1)
        yield Trouble(
            cause="shortage", map_name="", wanted=_reachable(wanted, "shortage", "", now),
            strength=causes.standing_out(price.now, price.before), lately=round(price.now, 1),
            usual=round(price.before, 1), name=item.name, severity=4.0,
        )  # fmt: skip


def _to_be_had(item_id: int, now: datetime) -> bool:
    """Whether players can do anything about it: it falls somewhere, or was picked up of late."""
    picked = GameEvent.objects.filter(
        kind="item_pick", target_id=item_id, happened_at__gt=now - WEEK
    )
    return bool(gamedata.droppers(item_id, living=True)) or picked.exists()


def _feuds(now: datetime) -> Iterator[Trouble]:
    """A faction with enemies was wronged again and again; as many good deeds settle it."""
    wrongs = StandingMove.objects.filter(moved_at__gt=now - WEEK, hops=0, faction__isnull=False)
    wronged = Counter(wrongs.filter(points__lt=0).values_list("faction_id", flat=True))
    kind = Counter(wrongs.filter(points__gt=0).values_list("faction_id", flat=True))
    for faction in FactionNode.objects.filter(pk__in=list(wronged)).order_by("pk")[:MOST_FACTIONS]:
        number = wronged[faction.pk]
        if number >= FEWEST_WRONGS and _has_enemies(faction):
            wanted = Wanted(
                measure="deed", faction=faction.key, goal=max(number, LEAST_GOALS["feud"])
            )
            yield Trouble(
                cause="feud", map_name="", wanted=wanted, lately=number, usual=kind[faction.pk],
                strength=causes.standing_out(number, kind[faction.pk]), name=faction.name,
                severity=5.0,
            )  # fmt: skip


def _has_enemies(faction: FactionNode) -> bool:
    edges: Sequence[object] = list(faction.relations.values())
    return any(
        isinstance(edge, dict) and TOWARDS.get(str(edge.get("kind")), 0.0) < 0 for edge in edges
    )


def _reachable(wanted: Wanted, cause: str, map_name: str, now: datetime) -> Wanted:
    """With the goal that players reach more often than not if they do as in the last week."""
    count = tally(wanted, map_name=map_name, since=now - WEEK, until=now)
    rate = count / (WEEK / timedelta(hours=1))
    most = max(goal(rate, HOURS, CHANCES["fair"]), LEAST_GOALS[cause])
    return wanted.model_copy(update={"goal": min(most, 1_000_000)})
