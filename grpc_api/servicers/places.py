"""World: GenerateHazard, GenerateBoss, GenerateDungeon, GenerateTreasure."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from agents.models import AgentRun
from agents.runner import Order, Outcome, run
from agents.spec import EVERYBODY
from aiworld.errors import Invalid
from grpc_api import messages, world_messages
from grpc_api.interceptors.base import Context
from grpc_api.interceptors.limits import time_left
from grpc_api.pb.aiworld.v1 import world_pb2, world_pb2_grpc
from tenants.context import run_in_tenant, tenant
from world.models import WorldEvent

MOST_MEMBERS = 12


class Places(world_pb2_grpc.WorldServicer):
    async def GenerateHazard(
        self, request: world_pb2.GenerateHazardRequest, context: Context
    ) -> world_pb2.GenerateHazardReply:
        done = await _run("map_hazard", request, context, _map(request.map), {})
        return world_pb2.GenerateHazardReply(**await _reply(done))

    async def GenerateBoss(
        self, request: world_pb2.GenerateBossRequest, context: Context
    ) -> world_pb2.GenerateBossReply:
        asked = {"party": party(request.party), "monster_id": request.monster_id}
        done = await _run("dynamic_boss", request, context, _map(request.map), asked)
        return world_pb2.GenerateBossReply(
            **await _reply(done), win_chance=done.result["win_chance"]
        )

    async def GenerateDungeon(
        self, request: world_pb2.GenerateDungeonRequest, context: Context
    ) -> world_pb2.GenerateDungeonReply:
        asked = {"party": party(request.party), "floors": within(request.floors, 1, 5, "floors")}
        done = await _run("adaptive_dungeon", request, context, EVERYBODY, asked)
        return world_pb2.GenerateDungeonReply(**await _reply(done))

    async def GenerateTreasure(
        self, request: world_pb2.GenerateTreasureRequest, context: Context
    ) -> world_pb2.GenerateTreasureReply:
        asked = {
            "level": within(request.level, 1, messages.MOST_LEVEL, "level"),
            "steps": within(request.steps, 2, 5, "steps"),
        }
        npc = messages.npc_key(request.npc) if request.npc else EVERYBODY
        done = await _run("treasure", request, context, npc, asked)
        return world_pb2.GenerateTreasureReply(**await _reply(done))


async def _run(
    agent: str, request: Any, context: Context, subject: str, asked: dict[str, Any]
) -> Outcome:
    request_id = messages.request_id(request.request_id, context) or uuid.uuid4().hex
    order = Order(
        agent=agent,
        subject=subject,
        window=f"request:{request_id}",
        cause=AgentRun.Cause.CALL,
        params=asked,
    )
    return await run(order, seconds=time_left(context))


async def _reply(done: Outcome) -> dict[str, Any]:
    server = tenant()
    row = await run_in_tenant(server, _event, done.result["event_id"])
    return {
        "event": world_messages.event(row, server).event if row else None,
        "reason": done.result["reason"],
        "source": f"SOURCE_{done.source.upper()}",
        "repeated": done.repeated,
    }


def _event(event_id: int) -> WorldEvent | None:
    return WorldEvent.objects.filter(pk=event_id).first()


def _map(name: str) -> str:
    return messages.label(name, messages.MAX_MAP) or EVERYBODY


def party(members: Sequence[world_pb2.PartyMember]) -> dict[str, int]:
    """Character id, as a key of JSON -> level."""
    if len(members) > MOST_MEMBERS:
        raise Invalid(f"a party has {MOST_MEMBERS} members at most", field="party")
    if any(member.char_id <= 0 for member in members):
        raise Invalid("party.char_id must be the character id, > 0", field="party")
    levels = {
        str(member.char_id): within(member.base_level, 1, messages.MOST_LEVEL, "party.base_level")
        for member in members
    }
    if len(levels) != len(members):
        raise Invalid("a character is in a party once", field="party")
    return levels


def within(value: int, low: int, high: int, field: str) -> int:
    """0 stands for: you choose."""
    if value and not low <= value <= high:
        raise Invalid(f"{field} must be {low} to {high}, or 0", field=field)
    return value
