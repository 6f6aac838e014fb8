"""What happened while one was away: figures, bands over time, and moments worth telling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from world import activity, moments
from world.market import health
from world.market.health import Health
from world.models import PlayerProfile, WorldEvent
from world.moments import Moment

SPANS: Mapping[str, tuple[timedelta, timedelta]] = {
    "day": (timedelta(days=1), timedelta(hours=1)),
    "week": (timedelta(days=7), timedelta(hours=6)),
    "month": (timedelta(days=30), timedelta(days=1)),
}
"""Name -> how far back, and how long a column is."""
STEPS = tuple(timedelta(hours=hours) for hours in (1, 2, 3, 6, 12, 24, 48, 72))
MOST_COLUMNS = 36
"""Of any other time than SPANS: the shortest of STEPS that makes no more."""
WIDTH = 1_000
"""Of a band, in SVG units."""
BARS = ("kill", "death", "base_level", "log_in")
MONEY = ("zeny_made", "zeny_spent", "vending_sale", "trade")


@dataclass(frozen=True)
class Column:
    begins: datetime
    x: float
    width: float
    share: float
    """Of the highest column, 0-1."""
    number: int


@dataclass(frozen=True)
class Spell:
    """Weather of a group from then to then."""

    x: float
    width: float
    weather: str
    title: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Timeline:
    since: datetime
    until: datetime
    totals: Mapping[str, int]
    players: int
    new_players: int
    online: int
    bars: Mapping[str, Sequence[Column]]
    money: Mapping[str, Sequence[int]]
    begins: Sequence[datetime]
    sky: Mapping[str, Sequence[Spell]]
    moments: Sequence[Moment]
    dangerous: Sequence[tuple[str, int]]
    """Maps with most deaths."""
    economy: Health
    step: timedelta
    """How long a column is."""

    def across(self, at: datetime) -> float | None:
        """Where a time is among the columns, 0 to WIDTH; None if it is not."""
        share = (at - self.begins[0]) / (len(self.begins) * self.step)
        return round(share * WIDTH, 1) if 0 <= share <= 1 else None


def look_back(
    span: str, *, now: datetime | None = None, place: str = "", since: datetime | None = None
) -> Timeline:
    """`span` is a key of SPANS; with `since`, only what happened from then on. `place` is a map:
    then bars, sums and moments are of it alone, and the sky and the players are left out, who are
    nowhere for long."""
    until = now or timezone.now()
    back, step = SPANS[span] if since is None else (until - since, _step(until - since))
    start = activity.full_hour(until - back)
    first = since or start
    begins = [start + n * step for n in range(int((until - start) / step) + 1)]
    sums = _sums(first, begins, step, place)
    totals = {kind: sum(column) for kind, column in sums.items()}
    seen = PlayerProfile.objects.filter(last_seen_at__gte=first)
    return Timeline(
        since=first,
        until=until,
        totals=totals,
        players=seen.count(),
        new_players=seen.filter(first_seen_at__gte=first).count(),
        online=seen.filter(online_since__isnull=False).count(),
        bars={kind: _columns(sums[kind], begins) for kind in BARS},
        money={kind: sums[f"{kind} zeny"] for kind in MONEY},
        begins=begins,
        sky={} if place else _sky(first, until),
        moments=moments.latest(first, place=place),
        dangerous=[] if place else _dangerous(first),
        economy=health.measure(now=until),
        step=step,
    )


def _step(back: timedelta) -> timedelta:
    return next((step for step in STEPS if back / step < MOST_COLUMNS), STEPS[-1])


def _sums(
    first: datetime, begins: Sequence[datetime], step: timedelta, place: str
) -> dict[str, list[int]]:
    """Per kind a number for each column; under "<kind> zeny" the money of it."""
    names = {*BARS, *MONEY, "mvp_kill"}
    found = {name: [0] * len(begins) for name in (*names, *(f"{kind} zeny" for kind in MONEY))}
    for hour, kind, number, zeny in activity.by_hour(first, names, place=place):
        at = min(int((hour - begins[0]) / step), len(begins) - 1)
        found[kind][at] += number
        if kind in MONEY:
            found[f"{kind} zeny"][at] += zeny
    return found


def _columns(numbers: Sequence[int], begins: Sequence[datetime]) -> list[Column]:
    most, width = max(*numbers, 1), WIDTH / len(numbers)
    return [
        Column(at, round(n * width, 2), round(width * 0.8, 2), round(number / most, 4), number)
        for n, (number, at) in enumerate(zip(numbers, begins, strict=True))
    ]


def _sky(first: datetime, until: datetime) -> dict[str, list[Spell]]:
    rows = WorldEvent.objects.filter(kind="weather", starts_at__lt=until).filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=first)
    )
    found: dict[str, list[Spell]] = {}
    for row in rows.order_by("starts_at")[:2_000]:
        began, ends = max(row.starts_at, first), min(row.ends_at or until, until)
        left, right = (WIDTH * ((at - first) / (until - first)) for at in (began, ends))
        spell = Spell(
            round(left, 2), round(max(right - left, 1), 2), str(row.data.get("weather", "")),
            row.title, began, ends,
        )  # fmt: skip
        found.setdefault(str(row.data.get("group", "")), []).append(spell)
    return dict(sorted(found.items()))


def _dangerous(first: datetime) -> list[tuple[str, int]]:
    found: Counter[str] = Counter()
    for name, _kind, deaths in activity.by_map(first, ["death"]):
        found[name] += deaths
    return sorted(found.items(), key=lambda one: (-one[1], one[0]))[:5]
