"""Between what goes on at one place and its messages: hazards, bosses, dungeons, treasures."""

from __future__ import annotations

from typing import Any

from grpc_api.pb.aiworld.v1 import world_pb2
from npcs.pages import encodable
from tenants.models import Server
from world.happenings import places
from world.happenings.data import Data
from world.models import WorldEvent


def what(found: Data, row: WorldEvent, server: Server) -> dict[str, Any]:
    """Empty for a kind that is none of these."""
    if isinstance(found, places.Hazard):
        fields = found.model_dump() | {"hazard": f"HAZARD_KIND_{found.hazard.upper()}"}
        return {"hazard": world_pb2.Hazard(**fields)}
    if isinstance(found, places.Boss):
        return {"boss": world_pb2.Boss(**found.model_dump(), map=row.map_name)}
    if isinstance(found, places.Dungeon):
        return {"dungeon": _dungeon(found)}
    if isinstance(found, places.Treasure):
        return {"treasure": _treasure(found, server)}
    return {}


def _dungeon(found: places.Dungeon) -> world_pb2.Dungeon:
    rooms = [
        world_pb2.Room(
            **room.model_dump(exclude={"purpose"}), purpose=f"ROOM_PURPOSE_{room.purpose.upper()}"
        )
        for room in found.rooms
    ]
    doors = [world_pb2.Door(**door.model_dump()) for door in found.doors]
    return world_pb2.Dungeon(level=found.level, members=found.members, rooms=rooms, doors=doors)


def _treasure(found: places.Treasure, server: Server) -> world_pb2.TreasureHunt:
    steps = []
    for step in found.steps:
        clue = encodable(step.clue, server.code_page)
        raw = clue.encode(server.code_page)
        steps.append(world_pb2.TreasureStep(map=step.map, clue=clue, raw_clue=raw))
    return world_pb2.TreasureHunt(
        npc=found.npc, level=found.level, steps=steps, guardian_id=found.guardian_id
    )
