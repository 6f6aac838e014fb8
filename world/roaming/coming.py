"""They come as a character and a world event, which tells the map-server, and go when it ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop, override

from aiworld.changes import Changes
from aiworld.errors import Conflict, Invalid, OverQuota
from npcs.models import NpcPersonality
from npcs.syncing import one_at_a_time
from tenants.context import tenant
from world import gamedata
from world.happenings import planning
from world.happenings.making import catalogue
from world.happenings.planning import Happening
from world.models import ActivityHour, WorldEvent

GROUP = "roaming"
"""Of NPCs that came this way (`NpcPersonality.group`)."""
SHARE, MOST = 20, 25
"""Of max_concurrent_npcs one in SHARE, MOST at the most, may be on the road at once."""
RADIUS, FEWEST_CELLS = 7, 40
"""Of the ground it keeps to, and what it has to have."""
TRIES = 20
ARRIVES = gettext_noop("%(name)s has come to %(map)s")
STAYS = gettext_noop("A traveller is there for a few days and talks to whoever comes by.")
STORY = gettext_noop("I am on the road and stay in %(map)s for a few days.")


@dataclass(frozen=True)
class Ground:
    x: int
    y: int
    left: int
    bottom: int
    right: int
    top: int


def most() -> int:
    """How many may be on the road at once."""
    return min(max(tenant().max_concurrent_npcs // SHARE, 1), MOST)


def on_the_road() -> int:
    return NpcPersonality.objects.filter(group=GROUP, ai_enabled=True).count()


def ground(map_name: str, *, seed: str) -> Ground | None:
    """Where to stay: a place with enough room around it that can be walked to. None where the map
    has none. Raises Invalid for an unknown map."""
    taken = set(NpcPersonality.objects.filter(map_name=map_name).values_list("x", "y"))
    for x, y in gamedata.walkable_places(map_name, TRIES, seed=seed):
        around = gamedata.territory(map_name, (x, y), radius=RADIUS)
        if (x, y) not in taken and around and around.cells >= FEWEST_CELLS:
            return Ground(x, y, around.left, around.bottom, around.right, around.top)
    return None


def happened(map_name: str) -> Mapping[str, int]:
    """Kind of event -> how often within a week."""
    since = timezone.now() - timedelta(days=7)
    hours = ActivityHour.objects.filter(map_name=map_name, hour__gte=since).order_by()
    return dict(hours.values_list("kind").annotate(number=Sum("number")))


def story(map_name: str) -> str:
    """A background that is always true."""
    with override(catalogue()):
        return gettext(STORY) % {"map": map_name}


def sprite(role: str) -> str:
    """What most of that trade wear on this server; empty: the map-server may choose."""
    worn = NpcPersonality.objects.filter(role=role).exclude(sprite="").exclude(group=GROUP)
    seen = list(worn.order_by("pk").values_list("sprite", flat=True)[:500])
    return max(sorted(set(seen)), key=seen.count, default="")


def come(
    name: str, *, map_name: str, ground: Ground, persona: Mapping[str, Any], days: int,
    changes: Changes,
) -> tuple[NpcPersonality, WorldEvent]:  # fmt: skip
    """Raises OverQuota, Conflict, Invalid."""
    one_at_a_time()
    if on_the_road() >= most():
        raise OverQuota(
            f"{most()} characters are on the road, as many as may be", limit="roaming_npcs"
        )
    if not gamedata.is_walkable(map_name, ground.x, ground.y):
        raise Invalid(f"nobody can stand at {ground.x}, {ground.y} of {map_name}", field="map")
    npc = changes.create(
        NpcPersonality(
            key=_key(map_name, name), name=name, map_name=map_name, x=ground.x, y=ground.y,
            group=GROUP, **persona,
        )
    )  # fmt: skip
    with override(catalogue()):
        title = gettext(ARRIVES) % {"name": name, "map": map_name}
        text = gettext(STAYS)
    told = Happening(
        kind="npc_arrival",
        title=title,
        description=text,
        map_name=map_name,
        data={
            "npc": npc.key, "name": name, "sprite": npc.sprite, "map": map_name,
            "x": ground.x, "y": ground.y, "left": ground.left, "bottom": ground.bottom,
            "right": ground.right, "top": ground.top,
        },
        ends_at=timezone.now() + timedelta(days=days),
    )  # fmt: skip
    return npc, planning.plan(told, made_by="world", changes=changes)[0]


def _key(map_name: str, name: str) -> str:
    """The first that is free: `prontera/Runa#road`, `prontera/Runa#road2` ... Raises Conflict."""
    for number in ("", *range(2, 100)):
        key = f"{map_name}/{name}#road{number}"
        if not NpcPersonality.objects.filter(key=key).exists():
            return key
    raise Conflict(f"{name} has been in {map_name} too often")


def leave() -> int:
    """Those whose time is over answer no more; what players told them stays. Returns how many."""
    there = NpcPersonality.objects.filter(group=GROUP, ai_enabled=True)
    keys = list(there.values_list("key", flat=True))
    stays = WorldEvent.objects.filter(kind="npc_arrival", data__npc__in=keys)
    still = set(stays.exclude(status="ended").values_list("data__npc", flat=True))
    return there.filter(key__in=set(keys) - still).set_ai(False) if keys else 0
