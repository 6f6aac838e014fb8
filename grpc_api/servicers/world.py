"""World: ReportEvents and StreamWorldEvents; the agents' calls are of Stories and Places."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable

from grpc_api import messages, world_messages
from grpc_api.interceptors.base import Context
from grpc_api.pb.aiworld.v1 import world_pb2
from grpc_api.reported import report
from grpc_api.servicers.places import Places
from grpc_api.servicers.stories import Stories
from grpc_api.streams import ends_at, streams
from tenants.bell import Wait, bell
from tenants.context import run_in_public, run_in_tenant, tenant
from tenants.models import Server
from world.happenings import reading
from world.models.events import CHANGED
from world.reports.counting import count

LOOK = 1.0
"""Seconds between two looks at the database when no bell rings (Redis may be away)."""
HEARTBEAT, LONGEST_HEARTBEAT = 15, 60
MOST_MAPS = 2_000
WHAT = {field.name for field in world_pb2.WorldEvent.DESCRIPTOR.oneofs_by_name["what"].fields}


class World(Stories, Places):
    async def ReportEvents(
        self, request: world_pb2.ReportEventsRequest, context: Context
    ) -> world_pb2.ReportEventsReply:
        server = tenant()
        return await run_in_tenant(server, _count, request, server)

    async def StreamWorldEvents(
        self, request: world_pb2.StreamWorldEventsRequest, context: Context
    ) -> AsyncIterator[world_pb2.WorldMessage]:
        server = tenant()
        if request.HasField("acts"):
            await run_in_public(_acts_on, server, request.acts.kinds)
        with streams.seat(server):
            async with bell(CHANGED) as wait:
                async for message in _messages(request, context, server, wait):
                    with streams.taken_soon(context, server):
                        yield message


def _acts_on(server: Server, told: Iterable[str]) -> None:
    """Written down when it is news."""
    kinds = sorted(set(told) & WHAT)
    Server.objects.filter(pk=server.pk).exclude(acts_on=kinds).update(acts_on=kinds)


def _count(request: world_pb2.ReportEventsRequest, server: Server) -> world_pb2.ReportEventsReply:
    found = report(request, server)
    counted = count(found.events)
    return world_pb2.ReportEventsReply(
        accepted=counted.accepted,
        duplicates=counted.duplicates,
        refused=found.refused,
        clamped=found.clamped,
    )


async def _messages(
    request: world_pb2.StreamWorldEventsRequest, context: Context, server: Server, wait: Wait
) -> AsyncIterator[world_pb2.WorldMessage]:
    """One page at a time is in memory; the next is read when this one was taken."""
    now = asyncio.get_running_loop().time
    over = ends_at(context, request.max_seconds)
    beat = min(request.heartbeat_seconds or HEARTBEAT, LONGEST_HEARTBEAT)
    maps = [messages.label(name, messages.MAX_MAP) for name in request.maps[:MOST_MAPS]]
    page = await run_in_tenant(server, reading.begin, request.cursor, maps)
    due = now() + beat
    while True:
        for event in page.events:
            yield world_messages.event(event, server)
            due = now() + beat
        if now() >= over:
            return
        if now() >= due:
            yield world_messages.heartbeat(page.position)
            due = now() + beat
        if not page.full:
            await wait(max(min(LOOK, due - now(), over - now()), 0.0))
        await streams.may_go_on(context)
        page = await run_in_tenant(server, reading.after, page.position, maps)
