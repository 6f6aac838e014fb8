"""A dungeon opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop, override

from aiworld.changes import Changes
from aiworld.errors import Invalid
from tenants.context import tenant
from world import gamedata
from world.dungeons import filling, layout, solving
from world.dungeons.filling import Floor, Party
from world.happenings import neighbours, planning
from world.happenings.making import LANGUAGES
from world.happenings.places import Door, Room
from world.happenings.planning import Happening
from world.models import WorldEvent
from world.models.events import next_position

LASTS = timedelta(hours=6)
TITLE = gettext_noop("The depths below %(map)s")
TALE = gettext_noop(
    "A way down has opened in %(map)s. Doors are locked there, and keys lie about; at the end "
    "waits %(boss)s."
)


def words(map_name: str, boss: str) -> tuple[str, str]:
    """Title and tale in the server's language."""
    language, slots = tenant().language, {"map": map_name, "boss": boss}
    with override(LANGUAGES.get(language, language)):
        return gettext(TITLE) % slots, gettext(TALE) % slots


def drawn(
    maps: Sequence[str], party: Party, monsters: Mapping[int, int], boss: int, *, rooms: int,
    locks: int, seed: str,
) -> tuple[list[Room], list[Door]]:  # fmt: skip
    """The same for the same seed. Raises Invalid for an unknown map, and where it could not be
    solved after all."""
    random = Random(seed)  # noqa: S311  # nosec B311: no secret
    plan = layout.layout(floors=len(maps), rooms=rooms, locks=locks, random=random)
    per_floor = len(plan.graph) // len(maps)
    floors = [
        Floor(map_name=name, places=gamedata.walkable_places(name, per_floor, seed=f"{seed} {at}"))
        for at, name in enumerate(maps)
    ]
    found, doors = filling.filled(plan, floors, party, monsters, boss, random)
    if faults := solving.faults(found, doors):
        raise Invalid(f"this dungeon cannot be played: {faults[0]}", field="rooms")
    return found, doors


def begin(
    rooms: Sequence[Room], doors: Sequence[Door], party: Party, *, title: str, tale: str,
    changes: Changes,
) -> WorldEvent:  # fmt: skip
    """Raises Invalid, Conflict, OverQuota."""
    with transaction.atomic():
        next_position()
        neighbours.check(*{room.map for room in rooms})
        event, _known = planning.plan(
            Happening(
                kind="dungeon", title=title, description=tale, map_name=rooms[0].map,
                severity=5.0, ends_at=timezone.now() + LASTS,
                data={
                    "level": party.level,
                    "members": party.members,
                    "rooms": [room.model_dump() for room in rooms],
                    "doors": [door.model_dump() for door in doors],
                },
            ),
            made_by="agent",
            changes=changes,
        )  # fmt: skip
    return event
