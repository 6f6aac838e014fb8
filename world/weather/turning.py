"""The weather of now: begins as a world event, is told to the map-server, and NPCs see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override

from aiworld.changes import Changes
from aiworld.errors import Invalid
from npcs.models import NpcPersonality
from tenants.context import tenant
from world import states
from world.happenings import planning
from world.happenings.making import catalogue
from world.happenings.planning import Happening
from world.models import PlayerProfile, WorldEvent
from world.models.events import next_position
from world.weather import chain
from world.weather.climates import CLIMATES, WEATHERS, group_of
from world.weather.sayings import SAYINGS

MOST_MAPS = 500
"""Of one group, and of all that are looked at."""
LONGEST = timedelta(days=2)


@dataclass(frozen=True)
class Sky:
    group: str
    weather: str
    until: datetime
    event_id: int


def groups() -> Mapping[str, Sequence[str]]:
    """Group -> its maps on which NPCs stand or players were lately."""
    stand = NpcPersonality.objects.exclude(map_name="").values_list("map_name", flat=True)
    lately = PlayerProfile.objects.filter(last_seen_at__gt=timezone.now() - timedelta(days=7))
    play = lately.exclude(map_name="").values_list("map_name", flat=True)
    maps = {*stand.order_by().distinct(), *play.order_by().distinct()[:MOST_MAPS]}
    found: dict[str, list[str]] = {}
    for name in sorted(maps):
        if group := group_of(name):
            found.setdefault(group, []).append(name)
    return {group: names[:MOST_MAPS] for group, names in found.items()}


@dataclass(frozen=True)
class Due:
    """A group without a weather just now, and what the chain brings it."""

    group: str
    maps: Sequence[str]
    weather: str
    until: datetime


def due(now: datetime | None = None) -> list[Due]:
    """What a person or a call ordered stays until it ends; then the chain goes on."""
    now, seed = now or timezone.now(), tenant().server_id
    slot = chain.slot_of(now)
    return [
        Due(group, maps, chain.weather(seed, group, slot), chain.lasts_until(seed, group, slot))
        for group, maps in groups().items()
        if _current(group, now) is None
    ]


def skies(now: datetime | None = None) -> list[Sky]:
    """Of all groups that have a weather just now."""
    now = now or timezone.now()
    found = (_current(group, now) for group in groups())
    return [_sky(row) for row in found if row]


def turn(group: str, weather: str, *, until: datetime, changes: Changes) -> Sky:
    """The weather of a group that has none; one that has, by another worker, keeps it. Raises
    Invalid, OverQuota."""
    _known(group, weather)
    now = timezone.now()
    with transaction.atomic():
        next_position()  # two workers at once: the second finds what the first began
        row = _current(group, now)
        if row is None:
            row = _begin(group, weather, until, "weather", changes)
        return _sky(row)


def order(group: str, weather: str, *, lasts: timedelta, changes: Changes) -> Sky:
    """This weather now, whatever the chain says; it goes on afterwards. Raises Invalid for a group
    or a weather there is not, OverQuota."""
    _known(group, weather)
    if not timedelta(minutes=1) <= lasts <= LONGEST:
        raise Invalid("weather lasts a minute to two days", field="minutes")
    now = timezone.now()
    with transaction.atomic():
        next_position()
        if before := _current(group, now):
            planning.end(before, at=now, changes=changes)
        return _sky(_begin(group, weather, now + lasts, "call", changes))


def _known(group: str, weather: str) -> None:
    if group not in CLIMATES:
        raise Invalid(f"there is no group {group!r}: {', '.join(CLIMATES)}", field="group")
    if weather not in WEATHERS:
        raise Invalid(f"there is no weather {weather!r}", field="weather")


def _current(group: str, now: datetime) -> WorldEvent | None:
    going_on = WorldEvent.objects.filter(kind="weather", data__group=group, status="active")
    return going_on.filter(ends_at__gt=now).order_by("-pk").first()


def _begin(group: str, weather: str, until: datetime, made_by: str, changes: Changes) -> WorldEvent:
    maps = list(groups().get(group, ()))
    with override(catalogue()):
        title = gettext(SAYINGS[weather])
    happening = Happening(
        kind="weather",
        title=title,
        data={"weather": weather, "group": group, "maps": maps},
        ends_at=until,
    )
    row, _known_before = planning.plan(happening, made_by=made_by, changes=changes)
    note_skies([_sky(row)])
    return row


def note_skies(found: Sequence[Sky]) -> int:
    """What conditions of knowledge read: the weather of each map. Returns how many maps it was
    another on, e.g. because an order was taken back."""
    maps, now = groups(), timezone.now()
    seen = {name: {"weather": sky.weather} for sky in found for name in maps.get(sky.group, ())}
    return states.note(seen, now=now)


def note_again() -> int:
    """After weather was taken back: of a land that has none any more none is noted, so that nobody
    talks of it until the next one comes. Returns how many maps it was another on."""
    now, maps = timezone.now(), groups()
    there = {sky.group: sky.weather for sky in skies(now)}
    seen = {name: {"weather": there.get(group)} for group, names in maps.items() for name in names}
    known = states.latest(list(seen), now=now)
    return states.note({name: seen[name] for name in seen if name in known}, now=now)


def _sky(row: WorldEvent) -> Sky:
    assert row.ends_at is not None
    return Sky(row.data["group"], row.data["weather"], row.ends_at, row.pk)
