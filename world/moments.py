"""Moments of a world that are worth a line: its events, MVPs that fell, high levels, castles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from world.models import GameEvent, GameMonster, PlayerProfile, WorldEvent

MOST = 120
MILESTONES = tuple(range(50, 1_000, 10))
"""Base levels worth a line; the game's highest ones are among them or end in 9."""


@dataclass(frozen=True)
class Moment:
    at: datetime
    kind: str
    """event, mvp, level or castle, or visit for a mark: its sign and colour."""
    title: str
    place: str
    char_id: int | None = None
    name: str = ""
    event_id: int | None = None
    number: int = 0
    """MVP's monster id, or the level."""


def latest(since: datetime, *, place: str = "") -> list[Moment]:
    """The newest first, at most MOST. `place` is a map; empty: everywhere."""
    found = [*_happenings(since, place), *_deeds(since, place)]
    return sorted(found, key=lambda moment: moment.at, reverse=True)[:MOST]


def marked(found: list[Moment], at: datetime) -> list[Moment]:
    """With a mark between what is newer than `at` and what is older; without one where the list
    does not reach so far back."""
    newer = [moment for moment in found if moment.at >= at]
    if not found or (len(newer) == len(found) == MOST):
        return found
    return [*newer, Moment(at, "visit", "", ""), *found[len(newer) :]]


def events(since: datetime, *, place: str = "") -> QuerySet[WorldEvent]:
    """Those that were told of; weather is drawn by itself."""
    rows = WorldEvent.objects.filter(starts_at__gte=since, retracted=False).exclude(kind="weather")
    return rows.filter(map_name=place) if place else rows


def deeds(since: datetime, *, place: str = "") -> QuerySet[GameEvent]:
    rare = Q(kind__in=("mvp_kill", "castle_owner"))
    rare |= Q(kind="base_level", number__in=[*MILESTONES, *(level - 1 for level in MILESTONES[5:])])
    rows = GameEvent.objects.filter(rare, happened_at__gte=since)
    return rows.filter(map_name=place) if place else rows


def _happenings(since: datetime, place: str) -> Iterator[Moment]:
    for row in events(since, place=place).order_by("-starts_at")[:MOST]:
        yield Moment(row.starts_at, "event", row.title, row.map_name, event_id=row.pk)


def _deeds(since: datetime, place: str) -> Iterator[Moment]:
    rows = list(deeds(since, place=place).order_by("-happened_at")[:MOST])
    monsters = dict(
        GameMonster.objects.filter(pk__in={row.target_id for row in rows}).values_list("pk", "name")
    )
    names = dict(
        PlayerProfile.objects.filter(pk__in={row.char_id for row in rows}).values_list("pk", "name")
    )
    for row in rows:
        name = names.get(row.char_id or 0, "")
        told = row.data if isinstance(row.data, dict) else {}
        kind = {"mvp_kill": "mvp", "base_level": "level"}.get(row.kind, "castle")
        title = str(told.get("detail", "")) if kind == "castle" else ""
        if kind == "mvp":
            title = monsters.get(row.target_id, "")
        number = row.number if kind == "level" else row.target_id
        where = str(told.get("text", "")) if kind == "castle" else row.map_name
        yield Moment(row.happened_at, kind, title, where, row.char_id, name, None, number)
