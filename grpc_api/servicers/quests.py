"""Quests: GenerateQuest to ConfirmGrant."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from aiworld.errors import Invalid
from grpc_api import messages, quest_messages
from grpc_api.interceptors.base import Context
from grpc_api.interceptors.limits import time_left
from grpc_api.pb.aiworld.v1 import quests_pb2, quests_pb2_grpc
from quests import generating, handover, life, progress, telling
from quests.life import Taker
from quests.models import DynamicQuest
from quests.offering import Asked, language
from tenants.context import run_in_tenant, tenant

MOST_PARTY = 12
Outcome = quests_pb2.GrantOutcome


class Quests(quests_pb2_grpc.QuestsServicer):
    async def GenerateQuest(
        self, request: quests_pb2.GenerateQuestRequest, context: Context
    ) -> quests_pb2.GenerateQuestReply:
        server = tenant()
        found = asked(request, context)
        quest, repeated = await generating.offer(found, seconds=time_left(context))
        if quest.status == DynamicQuest.Status.PROPOSED:
            text = telling.later(language(found.language), seed=str(quest.pk))
            pages = messages.laid_out(text, server)
            return quests_pb2.GenerateQuestReply(text=text, pages=pages, repeated=repeated)
        told = await run_in_tenant(server, quest_messages.quest, quest, server)
        return quests_pb2.GenerateQuestReply(quest=told, repeated=repeated)

    async def AcceptQuest(
        self, request: quests_pb2.AcceptQuestRequest, context: Context
    ) -> quests_pb2.QuestReply:
        if len(request.party) > MOST_PARTY:
            raise Invalid(f"a party has at most {MOST_PARTY} others", field="party")
        taker = Taker(char_id=messages.char_id(request.player), account_id=request.account_id)
        party = [
            Taker(char_id=messages.char_id(each), account_id=each.account_id)  # type: ignore[arg-type]
            for each in request.party
        ]
        return await _stepped(life.accept, request.quest_id, taker, party)

    async def ReportProgress(
        self, request: quests_pb2.ReportProgressRequest, context: Context
    ) -> quests_pb2.QuestReply:
        told = quest_messages.reports(request, tenant())
        who = messages.char_id(request.player)
        return await _stepped(progress.report, request.quest_id, who, told)

    async def CompleteQuest(
        self, request: quests_pb2.CompleteQuestRequest, context: Context
    ) -> quests_pb2.CompleteQuestReply:
        who = messages.char_id(request.player)
        return await run_in_tenant(tenant(), _completed, request.quest_id, who)

    async def AbandonQuest(
        self, request: quests_pb2.AbandonQuestRequest, context: Context
    ) -> quests_pb2.QuestReply:
        return await _stepped(life.abandon, request.quest_id, messages.char_id(request.player))

    async def ListQuests(
        self, request: quests_pb2.ListQuestsRequest, context: Context
    ) -> quests_pb2.ListQuestsReply:
        return await run_in_tenant(tenant(), _listed, messages.char_id(request.player))

    async def ClaimGrants(
        self, request: quests_pb2.ClaimGrantsRequest, context: Context
    ) -> quests_pb2.ClaimGrantsReply:
        due = await run_in_tenant(
            tenant(),
            handover.claim,
            messages.char_id(request.player),
            last_given=request.last_given,
            takes_back=request.takes_back,
            now=timezone.now(),
        )
        return quests_pb2.ClaimGrantsReply(grants=[quest_messages.grant(entry) for entry in due])

    async def ConfirmGrant(
        self, request: quests_pb2.ConfirmGrantRequest, context: Context
    ) -> quests_pb2.ConfirmGrantReply:
        who, given = messages.char_id(request.player), quest_messages.given(request.given)
        if request.outcome == Outcome.GRANT_OUTCOME_NOT_NOW:
            await run_in_tenant(tenant(), handover.put_off, request.grant_id, who)
            return quests_pb2.ConfirmGrantReply()
        if request.outcome == Outcome.GRANT_OUTCOME_UNSPECIFIED:
            raise Invalid("outcome says what became of the grant", field="outcome")
        before = request.outcome == Outcome.GRANT_OUTCOME_ALREADY_GIVEN
        repeated, differs = await run_in_tenant(
            tenant(),
            handover.confirm,
            request.grant_id,
            who,
            signature=request.signature.hex(),
            given=None if before else given,
            now=timezone.now(),
        )
        return quests_pb2.ConfirmGrantReply(repeated=repeated, differs=differs)


def asked(request: quests_pb2.GenerateQuestRequest, context: Context) -> Asked:
    server = tenant()
    if not 0 < request.base_level <= messages.MOST_LEVEL:
        raise Invalid(f"base_level must be 1-{messages.MOST_LEVEL}", field="base_level")
    return Asked(
        npc_key=messages.npc_key(request.npc),
        char_id=messages.char_id(request.player),
        player_name=messages.player_name(request.player, server),
        level=request.base_level,
        account_id=request.account_id,
        request_id=messages.request_id(request.request_id, context),
        language=request.player.language,
        kinds=quest_messages.kinds(request.kinds),
        party=request.party_size,
        items=tuple(request.items[: quest_messages.MOST_ITEMS]),
        place=messages.label(request.place.map, messages.MAX_MAP),
    )


async def _stepped(step: Any, *about: Any) -> quests_pb2.QuestReply:
    return await run_in_tenant(tenant(), _step, step, about)


def _step(step: Any, about: tuple[Any, ...]) -> quests_pb2.QuestReply:
    quest, repeated = step(*about, now=timezone.now())
    told = quest_messages.quest(quest, tenant())
    return quests_pb2.QuestReply(quest=told, repeated=repeated)


def _completed(quest_id: int, char_id: int) -> quests_pb2.CompleteQuestReply:
    quest, entry, repeated = life.complete(quest_id, char_id, now=timezone.now())
    return quests_pb2.CompleteQuestReply(
        quest=quest_messages.quest(quest, tenant()),
        grant=quest_messages.grant(entry) if entry else None,
        postponed=entry is None,
        repeated=repeated,
    )


def _listed(char_id: int) -> quests_pb2.ListQuestsReply:
    server = tenant()
    found = [quest_messages.quest(row, server) for row in life.open_quests(char_id)]
    return quests_pb2.ListQuestsReply(quests=found)
