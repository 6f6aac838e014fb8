"""Dialogue: Talk, StreamTalk, FetchReply, Decide, Remember, Recall, Forget, OptOut."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from math import isfinite
from typing import cast

from django.conf import settings
from django.db import DatabaseError

from aiworld.errors import AIWorldError, Invalid
from grpc_api import messages, quest_messages
from grpc_api.interceptors.base import Context
from grpc_api.interceptors.limits import time_left
from grpc_api.pb.aiworld.v1 import (
    common_pb2,
    dialogue_pb2,
    dialogue_pb2_grpc,
    quests_pb2,
)
from npcs import deciding, dialogue, links, memory, mind, pending, standing
from npcs.acts import ACTS
from npcs.brief import Language
from npcs.deciding import LONGEST, Option, Situation
from npcs.fillers import Filler
from npcs.language import detect
from npcs.pages import Link
from npcs.recalling import recall
from npcs.rights.erasing import erase
from npcs.turns import Reply, Said
from quests import talking
from tenants.context import run_in_tenant, tenant
from tenants.models import ClientLinks, Server

log = logging.getLogger(__name__)

MARGIN = 0.2
"""Seconds kept for the way back."""
DECISION_KEPT = 5
"""Seconds for which a client may keep what was decided with no player in it."""
SPEAKERS = {
    common_pb2.SPEAKER_UNSPECIFIED: "player",
    common_pb2.SPEAKER_PLAYER: "player",
    common_pb2.SPEAKER_NPC: "npc",
    common_pb2.SPEAKER_OTHER: "other",
}


ACT_NUMBERS = {dialogue_pb2.Act.Value(f"ACT_{act.upper()}"): act for act in ACTS if act != "other"}


class Dialogue(dialogue_pb2_grpc.DialogueServicer):
    async def Talk(
        self, request: dialogue_pb2.TalkRequest, context: Context
    ) -> dialogue_pb2.TalkReply:
        server = tenant()
        said = messages.said(request, context, server)
        if request.first_line_ms and request.request_id:
            soon = request.first_line_ms / 1000
            early = await pending.talk(
                said, first_line=soon, seconds=float(settings.REQUEST_TIMEOUT), then=heard
            )
            return await told(said.npc_key, said.char_id, early, server)
        answer = await dialogue.talk(said, seconds=time_left(context))
        return await replied(said, answer, server)

    async def StreamTalk(
        self, request: dialogue_pb2.TalkRequest, context: Context
    ) -> AsyncIterator[dialogue_pb2.TalkChunk]:
        server = tenant()
        said = messages.said(request, context, server)
        async for part in dialogue.stream(said, seconds=time_left(context)):
            if isinstance(part, Reply):
                yield dialogue_pb2.TalkChunk(reply=await replied(said, part, server))
            elif isinstance(part, Filler):
                yield dialogue_pb2.TalkChunk(filler=part.text)
            else:
                yield dialogue_pb2.TalkChunk(sentence=part)

    async def FetchReply(
        self, request: dialogue_pb2.FetchReplyRequest, context: Context
    ) -> dialogue_pb2.TalkReply:
        npc_key, char_id = messages.npc_key(request.npc), messages.char_id(request.player)
        found = await pending.fetch(
            messages.request_id(request.request_id, context),
            npc_key=npc_key,
            char_id=char_id,
            wait=min(request.wait_ms / 1000, max(time_left(context) - MARGIN, 0.0)),
        )
        return await told(npc_key, char_id, found, tenant())

    async def Decide(
        self, request: dialogue_pb2.DecideRequest, context: Context
    ) -> dialogue_pb2.DecideReply:
        decided = await deciding.decide(
            situation(request, context),
            seconds=max(time_left(context) - MARGIN, 0.0),
            ask_model=request.ask_model,
        )
        if not request.HasField("player") and not request.ask_model:
            context.set_trailing_metadata((("cache-seconds", str(DECISION_KEPT)),))
        return dialogue_pb2.DecideReply(
            chosen=decided.chosen,
            utilities=decided.utilities,
            source=f"SOURCE_{decided.source.upper()}",
            decision_id=decided.id,
            repeated=decided.repeated,
        )

    async def Remember(
        self, request: dialogue_pb2.RememberRequest, context: Context
    ) -> dialogue_pb2.RememberReply:
        server = tenant()
        text = messages.text(request.text, request.raw_text, server)
        row, repeated = await run_in_tenant(
            server,
            memory.remember,
            npc_key=messages.npc_key(request.npc),
            char_id=messages.char_id(request.player),
            player_name=messages.player_name(request.player, server),
            text=text,
            request_id=messages.request_id(request.request_id, context) or None,
            importance=importance(request),
            subject=messages.label(request.subject, messages.MAX_SUBJECT),
            speaker=SPEAKERS.get(request.speaker, "player"),
            happened_at=(
                messages.moment(request.happened_at) if request.HasField("happened_at") else None
            ),
            place=messages.label(request.place.map, messages.MAX_MAP),
            vector=await mind.embed(text, seconds=patience(context)),
            language=detect(text, default=cast(Language, server.language)),
        )
        return dialogue_pb2.RememberReply(memory_id=row.pk, repeated=repeated)

    async def Recall(
        self, request: dialogue_pb2.RecallRequest, context: Context
    ) -> dialogue_pb2.RecallReply:
        server = tenant()
        query = ""
        if request.query or request.raw_query:
            query = messages.text(request.query, request.raw_query, server, field="query")
        found = await recall(
            npc_key=messages.npc_key(request.npc),
            char_id=messages.char_id(request.player),
            query=query,
            limit=min(request.limit or 10, memory.MAX_RECALLED),
            seconds=patience(context),
        )
        return dialogue_pb2.RecallReply(memories=[messages.memory(each) for each in found])

    async def Forget(
        self, request: dialogue_pb2.ForgetRequest, context: Context
    ) -> dialogue_pb2.ForgetReply:
        char_id = messages.char_id(request.player)
        erased = await run_in_tenant(tenant(), erase, char_id)
        return dialogue_pb2.ForgetReply(erased=sum(erased.values()))

    async def OptOut(
        self, request: dialogue_pb2.OptOutRequest, context: Context
    ) -> dialogue_pb2.OptOutReply:
        server, out = tenant(), request.opted_out
        name = messages.label(request.player.name, messages.MAX_NAME)
        char_id = messages.char_id(request.player)
        await run_in_tenant(server, standing.opt_out, char_id, out=out, player_name=name)
        return dialogue_pb2.OptOutReply(opted_out=out)


def situation(request: dialogue_pb2.DecideRequest, context: Context) -> Situation:
    server, about = tenant(), request.HasField("player")
    return Situation(
        npc_key=messages.npc_key(request.npc),
        text=messages.text(request.situation, request.raw_situation, server, field="situation"),
        options=tuple(option(each) for each in request.options),
        char_id=messages.char_id(request.player) if about else None,
        player_name=messages.player_name(request.player, server) if about else "",
        request_id=messages.request_id(request.request_id, context) or None,
    )


def option(given: dialogue_pb2.Option) -> Option:
    text = messages.text(given.text, given.raw_text, tenant(), field="text")
    if len(text) > LONGEST:
        raise Invalid(f"an option has more than {LONGEST} characters", field="options")
    return Option(text=text, act=ACT_NUMBERS.get(given.act, "other"))


async def clickable(answer: Reply | Filler | None, server: Server) -> tuple[Link, ...]:
    """The links of a reply, where the server's clients show any. The answer stands without."""
    if not isinstance(answer, Reply) or server.client_links == ClientLinks.OFF:
        return ()
    try:
        return await run_in_tenant(server, links.found, answer.text, client=server.client_links)
    except (AIWorldError, DatabaseError):
        log.warning("the links of a reply could not be looked up", exc_info=True)
        return ()


async def replied(said: Said, answer: Reply, server: Server) -> dialogue_pb2.TalkReply:
    heard(said, answer)
    return await told(said.npc_key, said.char_id, answer, server)


def heard(said: Said, answer: Reply) -> None:
    """Once for a turn, however its answer reaches the player."""
    if not answer.repeated:
        talking.spoken(said)


async def told(
    npc_key: str, char_id: int, answer: Reply | Filler | None, server: Server
) -> dialogue_pb2.TalkReply:
    """The reply, with the offer of work that it is about, if it is one; or what is said
    meanwhile."""
    reply = messages.early(answer, server, await clickable(answer, server))
    if not isinstance(answer, Reply) or answer.intent != talking.QUEST:
        return reply
    if offer := await run_in_tenant(server, _offered, npc_key, char_id, answer, server):
        reply.offer.CopyFrom(offer)
    return reply


def _offered(npc_key: str, char_id: int, answer: Reply, server: Server) -> quests_pb2.Quest | None:
    found = talking.offered(npc_key, char_id, answer)
    return quest_messages.quest(found, server) if found else None


def patience(context: Context) -> float:
    """Seconds to wait for the encoder. It works without, so half of the time is kept."""
    return min(float(settings.INFERENCE_TIMEOUT), time_left(context) / 2)


def importance(request: dialogue_pb2.RememberRequest) -> float | None:
    if not request.HasField("importance"):
        return None
    if not isfinite(request.importance) or not 0 <= request.importance <= 10:
        raise Invalid("importance must be between 0 and 10", field="importance")
    return request.importance
