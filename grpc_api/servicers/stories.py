"""World: UpdateWeather, GenerateWorldEvent, GenerateProblem, ProcessArchaeology,
GenerateEventChain: runs of agents."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from agents.catalogue.digs import spot
from agents.models import AgentRun
from agents.runner import Order, Outcome, run
from agents.spec import EVERYBODY
from aiworld.errors import Invalid
from grpc_api import messages, world_messages
from grpc_api.interceptors.base import Context
from grpc_api.interceptors.limits import time_left
from grpc_api.pb.aiworld.v1 import world_pb2
from tenants.context import run_in_tenant, tenant
from world.happenings.tales import Chain
from world.models import WorldEvent
from world.weather import turning
from world.weather.climates import group_of
from world.weather.turning import Sky

MOST_KINDS, LONGEST_KIND = 20, 40


class Stories:
    async def UpdateWeather(
        self, request: world_pb2.UpdateWeatherRequest, context: Context
    ) -> world_pb2.UpdateWeatherReply:
        group = request.group or group_of(messages.label(request.map, messages.MAX_MAP))
        if request.weather:
            skies = await _ordered_weather(request, context, group)
        else:
            if await run_in_tenant(tenant(), turning.due):
                await ordered("weather_time", EVERYBODY, request, context, {})
            found = await run_in_tenant(tenant(), turning.skies)
            everywhere = not (request.group or request.map)
            skies = [sky for sky in found if everywhere or sky.group == group]
        return world_pb2.UpdateWeatherReply(skies=[world_messages.sky(one) for one in skies])

    async def GenerateWorldEvent(
        self, request: world_pb2.GenerateWorldEventRequest, context: Context
    ) -> world_pb2.GenerateWorldEventReply:
        kinds = [messages.label(kind, LONGEST_KIND) for kind in request.kinds[:MOST_KINDS]]
        done = await ordered("world_event", place(request.map), request, context, {"kinds": kinds})
        return world_pb2.GenerateWorldEventReply(
            event=await event(done),
            cause=done.result["cause"],
            strength=done.result["strength"],
            source=source(done),
            repeated=done.repeated,
        )

    async def GenerateProblem(
        self, request: world_pb2.GenerateProblemRequest, context: Context
    ) -> world_pb2.GenerateProblemReply:
        done = await ordered("problem", place(request.map), request, context, {})
        figures = ("cause", "lately", "usual", "strength")
        return world_pb2.GenerateProblemReply(
            event=await event(done),
            **{name: done.result[name] for name in figures if name in done.result},
            source=source(done),
            repeated=done.repeated,
        )

    async def ProcessArchaeology(
        self, request: world_pb2.ProcessArchaeologyRequest, context: Context
    ) -> world_pb2.ProcessArchaeologyReply:
        where = request.place
        if not where.map:
            raise Invalid("place says where to dig", field="place")
        map_name = place(where.map)
        who = messages.char_id(request.player)
        asked = {"map": map_name, "x": where.x, "y": where.y, "char_id": who}
        done = await ordered(
            "archaeology", spot(map_name, where.x, where.y), request, context, asked,
            char_id=who,
        )  # fmt: skip
        fields = ("object", "era", "layer", "depth_cm", "earliest", "latest")
        told = done.result["find"]
        return world_pb2.ProcessArchaeologyReply(
            find=world_pb2.Find(**{name: told[name] for name in fields}) if told else None,
            event=await event(done),
            digs=done.result["dig"],
            rock=done.result["rock"],
            source=source(done),
            repeated=done.repeated,
        )

    async def GenerateEventChain(
        self, request: world_pb2.GenerateEventChainRequest, context: Context
    ) -> world_pb2.GenerateEventChainReply:
        theme = messages.label(request.theme, LONGEST_KIND)
        asked = {"theme": theme, "steps": request.steps}
        done = await ordered("event_chain", place(request.map), request, context, asked)
        row = await run_in_tenant(tenant(), _row, done.result["event"])
        steps = Chain.model_validate(row.data).steps if row else ()
        return world_pb2.GenerateEventChainReply(
            event=world_messages.event(row, tenant()).event if row else None,
            theme=done.result.get("theme", ""),
            steps=[
                world_pb2.ChainStep(
                    key=step.key, part=step.part, title=step.title, hours=step.hours,
                    goal=world_messages.goal(step.wanted) if step.wanted else None,
                    done=step.done, missed=step.missed,
                )
                for step in steps
            ],
            source=source(done),
            repeated=done.repeated,
        )  # fmt: skip


async def _ordered_weather(
    request: world_pb2.UpdateWeatherRequest, context: Context, group: str
) -> list[Sky]:
    if not group:
        raise Invalid("say which group of maps, or a map under the sky", field="group")
    weather = world_messages.weather_name(request.weather)
    asked = {"weather": weather, "minutes": request.minutes}
    done = await ordered("weather_time", group[: messages.MAX_KEY], request, context, asked)
    return [
        Sky(one["group"], one["weather"], datetime.fromisoformat(one["until"]), one["event"])
        for one in done.result["skies"]
    ]


async def ordered(
    agent: str, subject: str, request: Any, context: Context, asked: dict[str, Any], *,
    char_id: int | None = None,
) -> Outcome:  # fmt: skip
    """A run of the agent over a subject."""
    request_id = messages.request_id(request.request_id, context) or uuid.uuid4().hex
    order = Order(
        agent=agent,
        subject=subject,
        window=f"request:{request_id}",
        cause=AgentRun.Cause.CALL,
        params=asked,
        char_id=char_id,
    )
    return await run(order, seconds=time_left(context))


def place(map_name: str) -> str:
    """The subject of a run: a map, or all of them."""
    return messages.label(map_name, messages.MAX_MAP) or EVERYBODY


def source(done: Outcome) -> str:
    """Of nothing there is none."""
    return f"SOURCE_{done.source.upper()}" if done.result.get("event") else "SOURCE_UNSPECIFIED"


async def event(done: Outcome) -> world_pb2.WorldEvent | None:
    """What came of it; one that is long over is gone."""
    row = await run_in_tenant(tenant(), _row, done.result.get("event"))
    return world_messages.event(row, tenant()).event if row else None


def _row(pk: int | None) -> WorldEvent | None:
    return WorldEvent.objects.filter(pk=pk).first() if pk else None
