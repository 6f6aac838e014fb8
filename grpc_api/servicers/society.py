"""Society: UpdateKarma, UpdateReputation, UpdateFaction."""

from __future__ import annotations

import uuid
from math import isfinite
from typing import Any

from agents.models import AgentRun
from agents.runner import Order, Outcome, run
from aiworld.errors import Invalid
from grpc_api import messages
from grpc_api.interceptors.base import Context
from grpc_api.interceptors.limits import time_left
from grpc_api.pb.aiworld.v1 import society_pb2, society_pb2_grpc
from npcs.safety import clean_input
from tenants.context import tenant

MAX_TOLD = 500
MAX_FACTION = 60
Deeds = society_pb2.UpdateKarmaRequest | society_pb2.UpdateReputationRequest


class Society(society_pb2_grpc.SocietyServicer):
    async def UpdateKarma(
        self, request: society_pb2.UpdateKarmaRequest, context: Context
    ) -> society_pb2.UpdateKarmaReply:
        done = await ordered("karma", request, context, deed(request))
        return society_pb2.UpdateKarmaReply(
            **done.result, source=f"SOURCE_{done.source.upper()}", repeated=done.repeated
        )

    async def UpdateReputation(
        self, request: society_pb2.UpdateReputationRequest, context: Context
    ) -> society_pb2.UpdateReputationReply:
        asked = {**deed(request), "faction": faction(request.faction, "faction")}
        done = await ordered("reputation", request, context, asked)
        return society_pb2.UpdateReputationReply(
            opinions=[society_pb2.Opinion(**each) for each in done.result["opinions"]],
            source=f"SOURCE_{done.source.upper()}",
            repeated=done.repeated,
        )

    async def UpdateFaction(
        self, request: society_pb2.UpdateFactionRequest, context: Context
    ) -> society_pb2.UpdateFactionReply:
        asked = {
            "target": faction(request.target, "target"),
            "act": named(society_pb2.FactionAct.Name(request.act), "FACTION_ACT_", "act"),
            "intensity": share(request, "intensity"),
            "told": told(request.told),
        }
        source = faction(request.source, "source")
        done = await ordered("faction", request, context, asked, subject=source)
        return society_pb2.UpdateFactionReply(
            **done.result, source=f"SOURCE_{done.source.upper()}", repeated=done.repeated
        )


async def ordered(
    agent: str, request: Any, context: Context, asked: dict[str, Any], *, subject: str = ""
) -> Outcome:
    """A run of the agent; of a player, where no other subject is named."""
    char_id = None if subject else messages.char_id(request.player)
    request_id = messages.request_id(request.request_id, context) or uuid.uuid4().hex
    order = Order(
        agent=agent,
        subject=subject or str(char_id),
        window=f"request:{request_id}",
        cause=AgentRun.Cause.CALL,
        params=asked,
        char_id=char_id,
    )
    return await run(order, seconds=time_left(context))


def deed(request: Deeds) -> dict[str, Any]:
    return {
        "deed": named(society_pb2.Deed.Name(request.deed), "DEED_", "deed"),
        "weight": share(request, "weight"),
        "told": told(request.told),
        "name": messages.player_name(request.player, tenant()),
    }


def named(name: str, prefix: str, field: str) -> str:
    found = name.removeprefix(prefix).lower()
    if found == "unspecified":
        raise Invalid(f"say which {field}", field=field)
    return found


def share(request: Any, field: str) -> float | None:
    if not request.HasField(field):
        return None
    value = float(getattr(request, field))
    if not isfinite(value) or not 0 <= value <= 1:
        raise Invalid(f"{field} must be between 0 and 1", field=field)
    return value


def told(text: str) -> str:
    return clean_input(text, max_length=MAX_TOLD, field="told") if text.strip() else ""


def faction(key: str, field: str) -> str:
    if not key or len(key) > MAX_FACTION or "\0" in key:
        raise Invalid(f"{field} is no key of a faction", field=field)
    return key
