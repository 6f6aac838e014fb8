"""Work with monsters and items: what lives on this server near a character's level, and what it
drops. Where the owner has imported no game data there is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.db.models import Q, QuerySet, Sum

from npcs.folding import plain
from quests import rules
from quests.planning import KNOWN, Asker, Plan
from world.models import GameDrop, GameItem, GameMonster, GameSpawn, WorldEvent

BELOW, ABOVE = 15, 5
"""Levels around the character's own where ordinary prey is."""
BOSS_BELOW = 25
FEWEST = 5
"""Monsters of a kind on a map at once, so that nobody waits for the next."""
COMMON = 500
"""Drop rate in 10,000 from which an item may be asked for."""
MOST = 150
PLAIN_ITEMS = ("Etc", "Healing", "Usable")
UNGIVEN = ("NoTrade", "NoDrop", "NoSell")
MOST_EMERGENCIES = 20
CLOSED = ("pvp", "gvg", "gvg_castle", "battleground", "nowarpto", "private_airship")


def urgent(asker: Asker) -> Iterator[Plan]:
    """What an emergency calls for: monsters that swarm on the NPC's map, or that many fell to, and
    what is scarce everywhere; prey of the character's level that lives on this server."""
    events = WorldEvent.objects.filter(
        Q(map_name="") | Q(map_name=asker.npc.map_name), kind__in=("problem", "spawn"),
        status="active", retracted=False,
    ).order_by("-severity", "-pk")[:MOST_EMERGENCIES]  # fmt: skip
    beasts, goods = set[int](), set[int]()
    for event in events:
        wanted = event.data.get("wanted", {})
        if event.kind == "spawn" or wanted.get("measure") == "kill":
            beasts.add(int(event.data.get("monster_id") or wanted.get("target") or 0))
        elif wanted.get("measure") == "item_pick":
            goods.add(int(wanted.get("target") or 0))
    prey = _prey(asker.level)
    for monster, map_name in prey:
        if monster.pk in beasts:
            yield _hunt(monster, map_name, 1.0)
    for drop in _drops(prey).filter(item__in=goods)[:MOST_EMERGENCIES]:
        yield _collect(drop.item)


def of_the_game(asker: Asker) -> Iterator[Plan]:
    known = plain(asker.npc.background)
    prey = _prey(asker.level)
    for monster, map_name in prey:
        yield _hunt(monster, map_name, KNOWN if plain(map_name) in known else 1.0)
    seen: set[int] = set()
    for drop in _drops(prey)[: 3 * MOST]:
        if drop.item_id not in seen and not set(drop.item.restrictions) & set(UNGIVEN):
            seen.add(drop.item_id)
            yield _collect(drop.item)
    for monster, map_name in _bosses(asker.level):
        yield _boss(monster, map_name)


def _drops(prey: Sequence[tuple[GameMonster, str]]) -> QuerySet[GameDrop]:
    """What may be asked for of what they drop, each with its item."""
    rows = GameDrop.objects.filter(
        monster__in=[monster.pk for monster, _ in prey], rate__gte=COMMON, is_mvp_prize=False,
        item__kind__in=PLAIN_ITEMS,
    )  # fmt: skip
    return rows.select_related("item").order_by("item_id", "-rate")


def _prey(level: int) -> list[tuple[GameMonster, str]]:
    ordinary = GameMonster.objects.filter(
        is_mvp=False, rank="Normal", level__range=(max(level - BELOW, 1), level + ABOVE)
    )
    return _living(ordinary.in_bulk(), fewest=FEWEST)


def _bosses(level: int) -> list[tuple[GameMonster, str]]:
    fit = GameMonster.objects.filter(level__range=(max(level - BOSS_BELOW, 1), level + ABOVE))
    mvps = fit.filter(is_mvp=True)
    return _living(mvps.in_bulk(), fewest=1)


def _living(monsters: dict[int, GameMonster], *, fewest: int) -> list[tuple[GameMonster, str]]:
    """Each with the open map where most of them live."""
    spawns = GameSpawn.objects.filter(monster_id__in=list(monsters)).exclude(
        map__name__contains="@"
    )
    rows = spawns.values("monster_id", "map_id", "map__flags").annotate(number=Sum("amount"))
    found: dict[int, str] = {}
    for row in rows.order_by("monster_id", "-number", "map_id"):
        if row["number"] >= fewest and not set(row["map__flags"]) & set(CLOSED):
            found.setdefault(row["monster_id"], row["map_id"])
    return [(monsters[pk], found[pk]) for pk in sorted(found)][:MOST]


def _hunt(monster: GameMonster, map_name: str, weight: float) -> Plan:
    return Plan(
        kind="kill",
        target=f"monster {monster.pk}",
        # Anywhere: the map is where to look for them.
        objective={"kind": "kill", "target": str(monster.pk), "name": monster.name},
        counted="kill",
        slots={"target": monster.name, "map": map_name, "at_map": map_name},
        weight=weight,
    )


def _collect(item: GameItem) -> Plan:
    return Plan(
        kind="collect",
        target=f"item {item.pk}",
        objective={"kind": "item", "target": str(item.pk), "name": item.name, "consumed": True},
        counted="item",
        slots={"target": item.name},
    )


def _boss(monster: GameMonster, map_name: str) -> Plan:
    objective = {"kind": "kill", "target": str(monster.pk), "name": monster.name, "map": map_name}
    return Plan(
        kind="boss",
        target=f"monster {monster.pk}",
        objective=objective,
        slots={"target": monster.name, "map": map_name, "at_map": map_name},
    )


def faults(objective: Mapping[str, object], *, level: int, difficulty: int) -> list[str]:
    """What is wrong with a monster or item of an objective somebody else wrote."""
    target = str(objective.get("target", ""))
    if objective.get("kind") == "item":
        found = target.isdigit() and GameItem.objects.filter(pk=int(target) % 2**31).exists()
        return [] if found else [f"there is no item {target!r} on this server"]
    if objective.get("kind") != "kill":
        return []
    rows = GameMonster.objects.filter(pk=int(target) % 2**31 if target.isdigit() else 0)
    if (monster := rows.first()) is None:
        return [f"there is no monster {target!r} on this server"]
    if not rules.fits_level(level, monster=monster.level, difficulty=difficulty):
        return [f"{monster.name} is of level {monster.level}, too high for level {level}"]
    if not GameSpawn.objects.filter(monster=monster).exists():
        return [f"{monster.name} lives nowhere on this server"]
    return []
