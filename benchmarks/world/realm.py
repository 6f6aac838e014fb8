"""What a made-up server has in its databases: the population's maps, monsters and items, a few
NPCs, shops, and what the owner chose."""

from __future__ import annotations

import zlib
from datetime import timedelta

from agents.models import AgentSetting
from benchmarks.population.market import FIRST_ITEM
from benchmarks.population.sittings import MAPS
from npcs.models import NpcPersonality
from quests import policy
from quests.models import RewardPolicy
from world.models import (
    FactionNode,
    GameDrop,
    GameImport,
    GameItem,
    GameMap,
    GameMonster,
    GameOffer,
    GameSpawn,
    WorldEventLimit,
)

FIRST_MONSTER, MONSTERS, ITEMS = 1002, 30, 60
"""As the population reports them."""
SIDE, EACH = 80, 60
ROLES = ("guard", "merchant", "healer", "scholar", "innkeeper", "sailor", "blacksmith", "elder")
SHOP, PRICE = 12, 2_000
"""Items that a merchant sells, and what for."""
BOSSES_A_DAY = 24
NPCS = 2 * len(ROLES)
OFFERS = 2 * SHOP
"""Of both merchants."""
OFTEN = {"dynamic_boss": 1, "map_hazard": 6, "adaptive_dungeon": 12, "dynamic_npc": 12}
"""Hours between two runs of the agents that do not run unless the owner says how often."""


def level(monster_id: int) -> int:
    return 4 + 3 * (monster_id - FIRST_MONSTER)


def furnish() -> list[NpcPersonality]:
    """In the present server; its NPCs that answer by AI."""
    GameImport.objects.create(mode="re", seconds=0.1)
    cells = zlib.compress(b"\xff" * (SIDE * SIDE // 8))
    GameMap.objects.bulk_create(
        GameMap(name=_map(at), width=SIDE, height=SIDE, walkable=SIDE * SIDE, cells=cells)
        for at in range(MAPS)
    )
    _monsters()
    npcs = [_npc(at) for at in range(NPCS)]
    _shops([npc for npc in npcs if npc.role == "merchant"])
    _powers()
    _chosen()
    return npcs


def _map(at: int) -> str:
    return f"map_{at:02}"


def _monsters() -> None:
    GameItem.objects.bulk_create(
        GameItem(id=FIRST_ITEM + at, aegis_name=f"ITEM_{at}", name=f"Relic {at + 1}", kind="Etc",
                 buy=PRICE, sell=400)
        for at in range(ITEMS)
    )  # fmt: skip
    ids = range(FIRST_MONSTER, FIRST_MONSTER + MONSTERS)
    GameMonster.objects.bulk_create(
        GameMonster(id=pk, aegis_name=f"BEAST_{pk}", name=f"Beast {pk - FIRST_MONSTER + 1}",
                    level=level(pk), size="Medium", race="Brute", element="Neutral", rank="Normal")
        for pk in ids
    )  # fmt: skip
    GameDrop.objects.bulk_create(
        GameDrop(monster_id=pk, item_id=FIRST_ITEM + 2 * at, position=0, rate=2_000)
        for at, pk in enumerate(ids)
    )
    GameSpawn.objects.bulk_create(
        GameSpawn(map_id=_map(at), monster_id=FIRST_MONSTER + at % MONSTERS, amount=EACH,
                  source=f"spawns:{at}")
        for at in range(MAPS)
    )  # fmt: skip


def _npc(at: int) -> NpcPersonality:
    role = ROLES[at % len(ROLES)]
    return NpcPersonality.objects.create(
        key=f"{_map(at // 4)}/{role.title()} {at}", name=f"{role.title()} {at}", role=role,
        map_name=_map(at // 4), x=10 + at, y=20, ai_enabled=True, faction="city",
    )  # fmt: skip


def _shops(merchants: list[NpcPersonality]) -> None:
    for npc in merchants:
        GameOffer.objects.bulk_create(
            GameOffer(map_id=npc.map_name, x=npc.x, y=npc.y, shop=npc.name,
                      item_id=FIRST_ITEM + at, price=PRICE, source=f"shop {npc.pk}:{at}")
            for at in range(SHOP)
        )  # fmt: skip


def _powers() -> None:
    edges = {"rebels": {"kind": "at_war", "strength": 0.8},
             "guild": {"kind": "allied", "strength": 0.9}}  # fmt: skip
    FactionNode.objects.create(key="city", name="City", kind="kingdom", relations=edges)
    FactionNode.objects.create(key="guild", name="Guild", kind="merchants")
    FactionNode.objects.create(key="rebels", name="Rebels", kind="outlaws")


def _chosen() -> None:
    """What an owner who wants a lively world sets."""
    AgentSetting.objects.bulk_create(
        AgentSetting(agent=agent, every=timedelta(hours=hours)) for agent, hours in OFTEN.items()
    )
    policy.row()
    RewardPolicy.objects.update(auto_approve=6)
    WorldEventLimit.objects.create(kind="boss", per_day=BOSSES_A_DAY)
    WorldEventLimit.objects.create(kind="all", per_day=500)
