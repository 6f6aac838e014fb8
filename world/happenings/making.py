"""A cause becomes an event: told in the server's language, with what the map-server is to do."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, gettext_noop, override

from tenants.context import tenant
from world import gamedata
from world.happenings import conflicts, planning
from world.happenings.causes import LATELY, Cause
from world.happenings.planning import Happening
from world.models import GameEvent

TITLES = {
    "market": gettext_noop("Market days in %(map)s"),
    "feast": gettext_noop("A feast for the victors of %(map)s"),
    "warning": gettext_noop("Danger in %(map)s"),
    "swarm": gettext_noop("Monsters swarm in %(map)s"),
}
TALES = {
    "market": gettext_noop("Trade is brisker than it has been all week."),
    "feast": gettext_noop("A mighty monster was slain there, and people celebrate."),
    "warning": gettext_noop("Many adventurers fell there of late. Go in company, or not at all."),
    "swarm": gettext_noop("So many of them were hunted there that the rest gather in anger."),
}
SEVERITIES = {"market": 1.0, "feast": 2.0, "warning": 5.0, "swarm": 4.0}
LANGUAGES = {"pt": "pt-br"}
"""Of the catalogues, where they are called otherwise than the server's."""
MOST_MONSTERS, MOST_KILLS = 20, 5_000
"""Of a swarm; looked at to find who was hunted."""


def catalogue() -> str:
    """Of the server's language, for `override`."""
    language = tenant().language
    return LANGUAGES.get(language, language)


def words(kind: str, map_name: str) -> tuple[str, str]:
    """Title and tale in the server's language. `kind` is a key of BY_KIND."""
    with override(catalogue()):
        return gettext(TITLES[kind]) % {"map": map_name}, gettext(TALES[kind])


def happening(cause: Cause, *, title: str, tale: str) -> Happening:
    """Raises Invalid for a monster that the server has not."""
    kind, data = _order(cause)
    return Happening(
        kind=kind,
        title=title,
        description=tale,
        map_name=cause.map_name,
        severity=SEVERITIES[cause.kind],
        data=data,
    )


def fits(cause: Cause) -> bool:
    """Whether it goes together with what goes on there."""
    title, tale = words(cause.kind, cause.map_name)
    told = happening(cause, title=title, tale=tale)
    return conflicts.fits(planning.checked(told, made_by="world"))


def _order(cause: Cause) -> tuple[str, dict[str, Any]]:
    """A swarm is of the monster that was hunted most there: it lives there already."""
    if cause.kind != "swarm":
        return cause.kind, {"lately": cause.lately, "usual": round(cause.usual, 1)}
    hunted = GameEvent.objects.filter(
        kind="kill", map_name=cause.map_name, happened_at__gt=timezone.now() - 2 * LATELY
    )
    counted: dict[int, int] = {}
    kills = hunted.order_by("-happened_at").values_list("target_id", "number")
    for monster, number in kills[:MOST_KILLS]:
        counted[monster] = counted.get(monster, 0) + number
    if not counted:
        return "swarm", {"lately": cause.lately}
    monster = max(counted, key=lambda one: (counted[one], -one))
    if gamedata.is_imported():
        gamedata.monster(monster)
    amount = min(max(cause.lately // 50, 1), MOST_MONSTERS)
    return "spawn", {"monster_id": monster, "amount": amount}
