"""A cause becomes an event: told in the server's language, with what the map-server is to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, gettext_noop, override

from aiworld.errors import Invalid
from tenants.context import tenant
from world.happenings import causes, planning
from world.happenings.causes import BY_KIND, LATELY, QUIET, Cause
from world.happenings.planning import Happening
from world.models import GameEvent, WorldEvent

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


@dataclass(frozen=True)
class Made:
    event: WorldEvent | None
    cause: Cause | None
    repeated: bool = False


def generate(
    *, map_name: str = "", kinds: Iterable[str] = (), request_id: str = "", made_by: str
) -> Made:
    """The event the world has most cause for, if there is one. Raises Invalid for a kind there is
    not, OverQuota."""
    wanted = set(kinds) or set(QUIET)
    if unknown := wanted - BY_KIND.keys():
        raise Invalid(f"there is no kind {min(unknown)!r}: {', '.join(BY_KIND)}", field="kinds")
    if request_id and (known := WorldEvent.objects.filter(request_id=request_id).first()):
        return Made(known, None, repeated=True)
    cause = causes.strongest(map_name=map_name, kinds=wanted)
    if cause is None:
        return Made(None, None)
    event, repeated = planning.plan(happening(cause, request_id=request_id), made_by=made_by)
    return Made(event, cause, repeated)


def happening(cause: Cause, *, request_id: str = "") -> Happening:
    language = tenant().language
    with override(LANGUAGES.get(language, language)):
        title = gettext(TITLES[cause.kind]) % {"map": cause.map_name}
        tale = gettext(TALES[cause.kind])
    kind, data = _order(cause)
    return Happening(
        kind=kind,
        title=title,
        description=tale,
        map_name=cause.map_name,
        severity=SEVERITIES[cause.kind],
        data=data,
        request_id=request_id,
    )


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
    amount = min(max(cause.lately // 50, 1), MOST_MONSTERS)
    return "spawn", {"monster_id": monster, "amount": amount}
