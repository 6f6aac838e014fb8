"""Npcs: SyncNpcs, GenerateNpc."""

from __future__ import annotations

from grpc_api import messages, world_messages
from grpc_api.interceptors.base import Context
from grpc_api.pb.aiworld.v1 import npcs_pb2, npcs_pb2_grpc
from grpc_api.servicers.stories import ordered, place, source
from npcs.syncing import Seen, sync
from tenants.context import run_in_tenant, tenant
from world.happenings.tales import Arrival
from world.models import WorldEvent

LONGEST_ROLE = 40


class Npcs(npcs_pb2_grpc.NpcsServicer):
    async def SyncNpcs(
        self, request: npcs_pb2.SyncNpcsRequest, context: Context
    ) -> npcs_pb2.SyncNpcsReply:
        result = await run_in_tenant(tenant(), sync, [seen(npc) for npc in request.npcs])
        return npcs_pb2.SyncNpcsReply(
            created=result.created,
            updated=result.updated,
            unchanged=result.unchanged,
            keys=result.keys,
        )

    async def GenerateNpc(
        self, request: npcs_pb2.GenerateNpcRequest, context: Context
    ) -> npcs_pb2.GenerateNpcReply:
        role = messages.label(request.role, LONGEST_ROLE)
        asked = {"role": role, "days": request.days}
        done = await ordered("dynamic_npc", place(request.map), request, context, asked)
        event_id = done.result["event"]
        row = await run_in_tenant(tenant(), _event, event_id)
        found = Arrival.model_validate(row.data) if row else None
        return npcs_pb2.GenerateNpcReply(
            npc=world_messages.arrival(found, tenant()) if found else None,
            role=done.result.get("role", ""),
            event_id=event_id or 0,
            until=world_messages.stamp(row.ends_at) if row and row.ends_at else None,
            source=source(done),
            repeated=done.repeated,
        )


def _event(pk: int | None) -> WorldEvent | None:
    return WorldEvent.objects.filter(pk=pk).first() if pk else None


def seen(npc: npcs_pb2.NpcSeen) -> Seen:
    return Seen(
        map_name=npc.map,
        unique_name=npc.unique_name,
        name=npc.name,
        x=npc.x,
        y=npc.y,
        sprite=npc.sprite,
        ai_enabled=npc.ai_enabled if npc.HasField("ai_enabled") else None,
    )
