"""Society: a call is a run of the agent of its name."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict
from math import isfinite
from typing import Any

from agents.models import AgentRun
from agents.runner import Order, Outcome, run
from agents.spec import EVERYBODY
from aiworld.errors import Invalid
from grpc_api import messages
from grpc_api.interceptors.base import Context
from grpc_api.interceptors.limits import time_left
from grpc_api.pb.aiworld.v1 import society_pb2, society_pb2_grpc
from npcs.safety import clean_input
from tenants.context import run_in_tenant, tenant
from world.market import terms

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

    async def ProcessSocialInteraction(
        self, request: society_pb2.ProcessSocialInteractionRequest, context: Context
    ) -> society_pb2.ProcessSocialInteractionReply:
        asked = {
            "act": named(society_pb2.SocialAct.Name(request.act), "SOCIAL_ACT_", "act"),
            "weight": share(request, "weight"),
            "told": told(request.told),
            **doer(request),
        }
        npc = messages.npc_key(request.npc)
        done = await ordered(
            "social_interaction", request, context, asked, subject=npc, char_id=asked["char_id"]
        )
        return society_pb2.ProcessSocialInteractionReply(
            felt=[society_pb2.Feeling(**each) for each in done.result["felt"]],
            shared=done.result["shared"],
            source=f"SOURCE_{done.source.upper()}",
            repeated=done.repeated,
        )

    async def AnalyzeEconomy(
        self, request: society_pb2.AnalyzeEconomyRequest, context: Context
    ) -> society_pb2.AnalyzeEconomyReply:
        asked = {"days": request.days or 7}
        done = await ordered("economy", request, context, asked, subject=EVERYBODY)
        told = {name: done.result[name] for name in ECONOMY}
        return society_pb2.AnalyzeEconomyReply(
            **told,
            advice=f"ECONOMY_ADVICE_{done.result['advice'].upper()}",
            suspicions=suspicions(done.result),
            source=f"SOURCE_{done.source.upper()}",
            repeated=done.repeated,
        )

    async def AnalyzeMerchantEconomy(
        self, request: society_pb2.AnalyzeMerchantEconomyRequest, context: Context
    ) -> society_pb2.AnalyzeMerchantEconomyReply:
        subject = messages.label(request.map, messages.MAX_MAP) or EVERYBODY
        done = await ordered("merchant_economy", request, context, {}, subject=subject)
        return society_pb2.AnalyzeMerchantEconomyReply(
            mood=done.result["mood"],
            pull=done.result["pull"],
            prices=[society_pb2.PriceChange(**each) for each in done.result["prices"]],
            left=done.result["left"],
            source=f"SOURCE_{done.source.upper()}",
            repeated=done.repeated,
        )

    async def QuotePrices(
        self, request: society_pb2.QuotePricesRequest, context: Context
    ) -> society_pb2.QuotePricesReply:
        npc, char_id = messages.npc_key(request.npc), messages.char_id(request.player)
        found = await run_in_tenant(tenant(), terms.terms, npc, char_id)
        return society_pb2.QuotePricesReply(
            quotes=[society_pb2.Quote(**asdict(each)) for each in found.quotes],
            tier=found.tier,
            alignment=found.alignment,
            added=found.added,
        )


ECONOMY = (
    "health", "verdict", "inflation", "gini", "created", "destroyed", "moved", "tax_percent",
)  # fmt: skip


async def ordered(
    agent: str,
    request: Any,
    context: Context,
    asked: dict[str, Any],
    *,
    subject: str = "",
    char_id: int | None = None,
) -> Outcome:
    """A run of the agent; of the request's player, where no other subject is named."""
    if not subject:
        char_id = messages.char_id(request.player)
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


def doer(request: society_pb2.ProcessSocialInteractionRequest) -> dict[str, Any]:
    """Who does something to an NPC. Raises Invalid."""
    match request.WhichOneof("by"):
        case "other_npc":
            return {"other_npc": messages.npc_key(request.other_npc), "char_id": None}
        case "player":
            name = messages.player_name(request.player, tenant())
            return {"other_npc": "", "char_id": messages.char_id(request.player), "name": name}
    raise Invalid("say who did it: another NPC, or a player", field="by")


def suspicions(found: Mapping[str, Any]) -> list[society_pb2.Suspicion]:
    sales = [
        society_pb2.Suspicion(
            item_id=one["item_id"], transaction_id=one["transaction"], price=one["price"],
            usual=one["usual"], score=one["score"],
        )
        for one in found["outliers"]
    ]  # fmt: skip
    return sales + [society_pb2.Suspicion(**one) for one in found["circles"]]


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
