"""The weather of now: begins as a world event, is told to the map-server, and NPCs see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override

from aiworld.errors import Invalid, OverQuota
from npcs.models import NpcPersonality
from tenants.context import tenant
from world import states
from world.happenings import planning
from world.happenings.making import LANGUAGES
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


def turn() -> list[Sky]:
    """Each group has its weather of now. Doing it again changes nothing until the chain does, and
    what a person or a call ordered stays until it ends."""
    now = timezone.now()
    found = (_turned(group, maps, now) for group, maps in groups().items())
    return [sky for sky in found if sky]


def _turned(group: str, maps: Sequence[str], now: datetime) -> Sky | None:
    try:
        return _now(group, maps, now)
    except OverQuota:  # the owner allows no more weather today
        return None


def _now(group: str, maps: Sequence[str], now: datetime) -> Sky:
    with transaction.atomic():
        next_position()  # two workers at once: the second finds what the first began
        row = _current(group, now)
        if row is None:
            slot = chain.slot_of(now)
            seed = tenant().server_id
            until = chain.lasts_until(seed, group, slot)
            row = _begin(group, maps, chain.weather(seed, group, slot), until, "weather")
        sky = _sky(row)
        states.note({name: {"weather": sky.weather} for name in maps}, now=now)
    return sky


def order(group: str, weather: str, *, lasts: timedelta, made_by: str, request_id: str = "") -> Sky:
    """This weather now, whatever the chain says; it goes on afterwards. Raises Invalid for a group
    or a weather there is not, OverQuota."""
    if group not in CLIMATES:
        raise Invalid(f"there is no group {group!r}: {', '.join(CLIMATES)}", field="group")
    if weather not in WEATHERS:
        raise Invalid(f"there is no weather {weather!r}", field="weather")
    if not timedelta(minutes=1) <= lasts <= LONGEST:
        raise Invalid("weather lasts a minute to two days", field="minutes")
    maps, now = groups().get(group, ()), timezone.now()
    with transaction.atomic():
        next_position()
        known = WorldEvent.objects.filter(request_id=request_id).first() if request_id else None
        if known is None:
            if before := _current(group, now):
                planning.end(before, at=now)
            known = _begin(group, maps, weather, now + lasts, made_by, request_id)
            states.note({name: {"weather": weather} for name in maps}, now=now)
        return _sky(known)


def _current(group: str, now: datetime) -> WorldEvent | None:
    going_on = WorldEvent.objects.filter(kind="weather", data__group=group, status="active")
    return going_on.filter(ends_at__gt=now).order_by("-pk").first()


def _begin(
    group: str, maps: Sequence[str], weather: str, until: datetime, made_by: str,
    request_id: str = "",
) -> WorldEvent:  # fmt: skip
    language = tenant().language
    with override(LANGUAGES.get(language, language)):
        title = gettext(SAYINGS[weather])
    happening = Happening(
        kind="weather",
        title=title,
        data={"weather": weather, "group": group, "maps": list(maps)},
        ends_at=until,
        request_id=request_id,
    )
    return planning.plan(happening, made_by=made_by)[0]


def _sky(row: WorldEvent) -> Sky:
    assert row.ends_at is not None
    return Sky(row.data["group"], row.data["weather"], row.ends_at, row.pk)
