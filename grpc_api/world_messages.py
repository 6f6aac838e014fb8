"""Between world events and their messages."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils import timezone
from google.protobuf.timestamp_pb2 import Timestamp

from grpc_api import place_messages
from grpc_api.pb.aiworld.v1 import npcs_pb2, world_pb2
from npcs.pages import encodable
from tenants.models import Server
from world.happenings import kinds, tales
from world.models import WorldEvent
from world.weather.turning import Sky

STATES = {
    WorldEvent.Status.PLANNED: world_pb2.WORLD_EVENT_STATE_PLANNED,
    WorldEvent.Status.ACTIVE: world_pb2.WORLD_EVENT_STATE_ACTIVE,
    WorldEvent.Status.ENDED: world_pb2.WORLD_EVENT_STATE_ENDED,
}


def event(row: WorldEvent, server: Server) -> world_pb2.WorldMessage:
    title, raw_title = _written(row.title, server.code_page)
    description, raw_description = _written(row.description[:LONGEST], server.code_page)
    told = world_pb2.WorldEvent(
        id=row.pk,
        state=STATES[WorldEvent.Status(row.status)],
        kind=row.kind,
        title=title,
        raw_title=raw_title,
        description=description,
        raw_description=raw_description,
        map=row.map_name,
        starts_at=stamp(row.starts_at),
        ends_at=stamp(row.ends_at) if row.ends_at else None,
        **_what(row, server),
    )
    return world_pb2.WorldMessage(cursor=str(row.position), event=told)


LONGEST = 2_000
"""Characters of a description."""


def heartbeat(position: int) -> world_pb2.WorldMessage:
    beat = world_pb2.Heartbeat(now=stamp(timezone.now()))
    return world_pb2.WorldMessage(cursor=str(position), heartbeat=beat)


def sky(one: Sky) -> world_pb2.Sky:
    weather = f"WEATHER_{one.weather.upper()}"
    return world_pb2.Sky(
        group=one.group, weather=weather, until=stamp(one.until), event_id=one.event_id
    )


def weather_name(weather: world_pb2.Weather) -> str:
    """As the platform calls it; empty for one of a later version of this protocol."""
    known = world_pb2.Weather.DESCRIPTOR.values_by_number.get(weather)
    return known.name.removeprefix("WEATHER_").lower() if known else ""


def stamp(moment: datetime) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(moment)
    return made


@lru_cache(maxsize=256)
def _written(text: str, code_page: str) -> tuple[str, bytes]:
    """As players can read it, and the same in the bytes of their client."""
    safe = encodable(text, code_page)
    return safe, safe.encode(code_page)


def _what(row: WorldEvent, server: Server) -> dict[str, Any]:
    """Nothing for a kind the map-server does nothing about, and for what staff wrote into `data`
    that is no such thing."""
    found = kinds.typed(row.kind, row.data, server.code_page)
    if isinstance(found, kinds.Announcement):
        text, raw = _written(found.text, server.code_page)
        made = world_pb2.Announcement(text=text, raw_text=raw, colour=found.colour)
        return {"announcement": made}
    if isinstance(found, kinds.WeatherChange):
        weather = f"WEATHER_{found.weather.upper()}"
        changed = world_pb2.WeatherChange(weather=weather, group=found.group, maps=found.maps)
        return {"weather": changed}
    if isinstance(found, kinds.Spawn):
        fields = found.model_dump() | {"map": row.map_name}
        return {"spawn": world_pb2.Spawn(**fields)}
    if isinstance(found, kinds.ShopPrice):
        return {"shop_price": world_pb2.ShopPrice(**found.model_dump())}
    if isinstance(found, kinds.NpcMove):
        fields = found.model_dump() | {"map": row.map_name}
        return {"npc_move": world_pb2.NpcMove(**fields)}
    if isinstance(found, tales.Arrival):
        return {"npc_arrival": arrival(found, server)}
    if isinstance(found, tales.Problem | tales.ChainStep) and found.wanted:
        part_of = found.part_of if isinstance(found, tales.ChainStep) else 0
        return {"goal": goal(found.wanted, part_of=part_of)}
    return place_messages.what(found, row, server) if found else {}


def arrival(found: tales.Arrival, server: Server) -> npcs_pb2.NpcArrival:
    name, raw_name = _written(found.name, server.code_page)
    fields = found.model_dump(exclude={"name"})
    return npcs_pb2.NpcArrival(name=name, raw_name=raw_name, **fields)


def goal(wanted: tales.Wanted, *, part_of: int = 0) -> world_pb2.Goal:
    return world_pb2.Goal(
        kind=f"GOAL_KIND_{wanted.measure.upper()}",
        target_id=wanted.target,
        faction=wanted.faction,
        number=wanted.goal,
        part_of=part_of,
    )
