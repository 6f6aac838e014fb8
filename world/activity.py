"""Sums of what was reported since any moment: whole hours from their sums, the hour that had begun
from the reports themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from django.db.models import QuerySet, Sum

from tenants.statements import rows
from world.models import ActivityHour
from world.reports.hours import PIECES

BEGUN = """
SELECT told, map_name, sum(many)::bigint, sum(money)::bigint FROM (
    SELECT CASE WHEN kind <> 'zeny_change' THEN kind WHEN zeny > 0 THEN 'zeny_made'
            ELSE 'zeny_spent' END AS told,
        map_name, CASE WHEN kind = ANY(%(pieces)s) THEN number ELSE 1 END AS many,
        abs(zeny)::numeric AS money
    FROM game_events WHERE happened_at >= %(since)s AND happened_at < %(until)s
) e WHERE told = ANY(%(kinds)s) AND (%(place)s = '' OR map_name = %(place)s)
GROUP BY told, map_name
"""


def full_hour(at: datetime) -> datetime:
    """Its beginning."""
    return at.replace(minute=0, second=0, microsecond=0)


def by_hour(
    since: datetime, kinds: Collection[str], *, place: str = ""
) -> Iterator[tuple[datetime, str, int, int]]:
    """Time, kind, number and zeny, of the map `place` or of all; the hour that had begun at
    `since` is there with its rest, as often as there are maps."""
    for kind, _name, number, zeny in _begun(since, kinds, place):
        yield since, kind, number, zeny
    sums = _whole(since, kinds, place).values_list("hour", "kind")
    for hour, kind, number, zeny in sums.annotate(Sum("number"), Sum("zeny")):
        yield hour, kind, int(number), int(zeny)


def by_map(since: datetime, kinds: Collection[str]) -> Iterator[tuple[str, str, int]]:
    """Map, kind and number, a pair of the first two perhaps twice."""
    for kind, name, number, _zeny in _begun(since, kinds, ""):
        if name:
            yield name, kind, number
    found = _whole(since, kinds, "").exclude(map_name="").values_list("map_name", "kind")
    for name, kind, number in found.annotate(Sum("number")):
        yield name, kind, int(number)


def _whole(since: datetime, kinds: Collection[str], place: str) -> QuerySet[ActivityHour]:
    found = ActivityHour.objects.filter(hour__gte=_next_hour(since), kind__in=kinds).order_by()
    return found.filter(map_name=place) if place else found


def _begun(since: datetime, kinds: Collection[str], place: str) -> list[tuple[str, str, int, int]]:
    until = _next_hour(since)
    if until == since:
        return []
    values = {"since": since, "until": until, "kinds": list(kinds), "place": place,
              "pieces": [kind.value for kind in PIECES]}  # fmt: skip
    return rows(BEGUN, values)


def _next_hour(at: datetime) -> datetime:
    hour = full_hour(at)
    return hour if hour == at else hour + timedelta(hours=1)
