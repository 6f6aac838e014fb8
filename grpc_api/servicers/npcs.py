"""Npcs: SyncNpcs."""

from __future__ import annotations

from grpc_api.interceptors.base import Context
from grpc_api.pb.aiworld.v1 import npcs_pb2, npcs_pb2_grpc
from npcs.syncing import Seen, sync
from tenants.context import run_in_tenant, tenant


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
