"""How much the caller's server may ask for, over time and at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.conf import settings

from aiworld.errors import Invalid, NotFound, OverQuota, SwitchedOff
from aiworld.turns import Turn, Turns
from grpc_api.interceptors.base import Context, Interceptor, Stream, Unary
from grpc_api.interceptors.limits import LASTING, time_left
from tenants import quotas
from tenants.context import check_database, tenant
from tenants.models import Server
from tenants.quotas import Talk

TALKS = {"Dialogue/Talk", "Dialogue/StreamTalk"}
COSTS = {
    "Dialogue/Talk": 1.0,
    "Dialogue/StreamTalk": 1.0,
    "Dialogue/FetchReply": 0.1,
    "Dialogue/Decide": 1.0,
    "Dialogue/Remember": 0.2,
    "Dialogue/Recall": 0.2,
    "Dialogue/Forget": 1.0,
    "Dialogue/OptOut": 0.2,
    "Society/UpdateFaction": 1.0,
    "Society/UpdateKarma": 0.5,
    "Society/UpdateReputation": 0.5,
    "Society/ProcessSocialInteraction": 0.5,
    "Society/AnalyzeEconomy": 1.0,
    "Society/AnalyzeMerchantEconomy": 1.0,
    "Society/QuotePrices": 0.2,
    "Npcs/SyncNpcs": 1.0,
    "Server/Handshake": 0.0,
    "Quests/GenerateQuest": 1.0,
    "Quests/AcceptQuest": 0.2,
    "Quests/ReportProgress": 0.1,
    "Quests/CompleteQuest": 0.2,
    "Quests/AbandonQuest": 0.2,
    "Quests/ListQuests": 0.2,
    "Quests/ClaimGrants": 0.2,
    "Quests/ConfirmGrant": 0.1,
    "World/ReportEvents": 0.2,
    "World/StreamWorldEvents": 0.2,
    "World/UpdateWeather": 1.0,
    "World/GenerateWorldEvent": 1.0,
    "World/GenerateHazard": 1.0,
    "World/GenerateBoss": 1.0,
    "World/GenerateDungeon": 1.0,
    "World/GenerateTreasure": 1.0,
    "World/GenerateProblem": 1.0,
    "World/ProcessArchaeology": 0.2,
    "World/GenerateEventChain": 1.0,
    "Npcs/GenerateNpc": 1.0,
}
"""What a call counts for; Handshake has a limit of its own, so that a server which has used up its
calls can still connect."""
HANDSHAKES = 60
"""A minute."""
NOT_IN_CONVERSATION = (Invalid, NotFound, SwitchedOff)
"""How a talk ends that did not come about."""
TOO_MANY = "this server has as many calls in work as it may; try again in a moment"


AT_WORK = 2
"""Calls at work at once in a process. They share one interpreter: more are hardly faster, and new
calls are then not even read in time (with 8, three times too many lay there for 5 s)."""
LATE = 0.4
"""Of the time a call has, 2 s of the map-server's 5: where the first in its server's line has
waited longer, or it would itself, it is refused at once. There is the work too."""
OVERLOAD = "more calls come than can be answered; try again in a moment"


class Quota(Interceptor):
    """Stands inside Tenant, which says whose call it is."""

    def __init__(self) -> None:
        super().__init__()
        self._in_flight: Counter[int] = Counter()
        self._turns = Turns(min(AT_WORK, settings.GRPC_DB_THREADS))

    def unary(self, proceed: Unary, method: str) -> Unary:
        async def call(request: Any, context: Context) -> Any:
            server = tenant()
            with self._share(server, time_left(context)):
                turn = await self._turns.begin(server.pk)
                try:
                    with turn.entered():
                        return await _answered(proceed, server, method, request, context)
                finally:
                    turn.end()

        return call

    def stream(self, proceed: Stream, method: str) -> Stream:
        async def call(request: Any, context: Context) -> AsyncIterator[Any]:
            server = tenant()
            with self._share(server, time_left(context)):
                turn = None if method in LASTING else await self._turns.begin(server.pk)
                try:
                    async for part in _told(proceed, server, method, request, context, turn):
                        yield part
                finally:
                    if turn:
                        turn.end()

        return call

    @contextmanager
    def _share(self, server: Server, seconds: float) -> Iterator[None]:
        if self._in_flight[server.pk] >= settings.MAX_CONCURRENT_PER_SERVER:
            raise OverQuota(TOO_MANY, limit="concurrent_calls", retry_after=0.5)
        check_database()
        turns = self._turns
        if max(turns.waited(server.pk), turns.expected(server.pk)) > LATE * seconds:
            raise OverQuota(OVERLOAD, limit="overload", retry_after=1)
        self._in_flight[server.pk] += 1
        try:
            yield
        finally:
            self._in_flight[server.pk] -= 1
            if not self._in_flight[server.pk]:
                del self._in_flight[server.pk]


async def _answered(
    proceed: Unary, server: Server, method: str, request: Any, context: Context
) -> Any:
    fresh = await admitted(server, method, request)
    try:
        return await proceed(request, context)
    except NOT_IN_CONVERSATION:
        await release(server, request, fresh=fresh)
        raise


async def _told(
    proceed: Stream,
    server: Server,
    method: str,
    request: Any,
    context: Context,
    turn: Turn | None,
) -> AsyncIterator[Any]:
    fresh = await admitted(server, method, request)
    parts = proceed(request, context)
    try:
        while True:
            # Parts may be asked for from other contexts: the turn is entered for each of them.
            with turn.entered() if turn else nullcontext():
                part = await anext(parts, None)
            if part is None:
                return
            with turn.lent() if turn else nullcontext():  # a client may be slow to take it
                yield part
    except NOT_IN_CONVERSATION:
        await release(server, request, fresh=fresh)
        raise


async def admitted(server: Server, method: str, request: Any) -> bool:
    """Counts the call, or raises OverQuota. True if it brought an NPC into conversation."""
    name = method.rpartition(".")[2]
    if name == "Server/Handshake":
        await quotas.atake_for(
            f"handshake {server.server_id}", limit=HANDSHAKES, per_seconds=quotas.MINUTE
        )
        return False
    subject = talk(request) if name in TALKS else None
    return await quotas.atake(server, cost=COSTS.get(name, 1.0), subject=subject)


async def release(server: Server, request: Any, *, fresh: bool) -> None:
    if fresh:
        await quotas.aleave(server, talk(request))


def talk(request: Any) -> Talk:
    return Talk(char_id=request.player.char_id, npc_key=request.npc)
