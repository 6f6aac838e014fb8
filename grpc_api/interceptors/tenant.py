"""Who calls: the API key names the server, and nothing else does."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any, ParamSpec

from django.conf import settings

from aiworld import measures, tracing
from aiworld.errors import Refused, Unauthenticated
from grpc_api import peers
from grpc_api.interceptors.base import Context, Interceptor, Stream, Unary, metadata
from grpc_api.tls import binding, revocation
from npcs.safety import visible
from tenants import api_keys, handshakes, wrong_keys
from tenants.context import in_tenant, run_in_public
from tenants.handshakes import Outcome
from tenants.models import Server

P = ParamSpec("P")
log = logging.getLogger(__name__)
MAX_SERVER_ID = 40
OTHER_ID, REVOKED = Outcome.WRONG_SERVER_ID, Outcome.KEY_REVOKED
NO_KEY = "no API key: send it as metadata x-api-key"
OTHER_SERVER = "this key does not belong to that server id"
OTHER_CERTIFICATE = "the client's certificate is not this server's"


class Tenant(Interceptor):
    """Enters the server for the rest of the call, so that `tenants.context.tenant()` says it."""

    def unary(self, proceed: Unary, method: str) -> Unary:
        async def call(request: Any, context: Context) -> Any:
            with in_tenant(await entered(request, context)):
                return await proceed(request, context)

        return call

    def stream(self, proceed: Stream, method: str) -> Stream:
        async def call(request: Any, context: Context) -> AsyncIterator[Any]:
            # The parts of a stream may be asked for from other contexts, so the server is entered
            # for each of them.
            server = await entered(request, context)
            parts = proceed(request, context)
            while True:
                with in_tenant(server):
                    try:
                        part = await anext(parts)
                    except StopAsyncIteration:
                        return
                yield part

        return call


async def entered(request: Any, context: Context) -> Server:
    """The server whose key the caller has. What is wrong with it only the owner is told, later and
    apart, so that neither words nor time tell the caller more."""
    key, claimed = metadata(context, "x-api-key"), metadata(context, "x-server-id")
    if not key:
        raise Unauthenticated(NO_KEY)
    server = api_keys.recall(key)
    caller = caller_of(request, context)
    if server is None:
        try:
            address = caller.address or ""
            server = await run_in_public(wrong_keys.admit, key, address=address)
        except Unauthenticated:
            named = claimed or str(getattr(request, "game_server_id", ""))
            _notes.later(handshakes.wrong_key, key, caller, claimed=named)
            raise
    try:
        check_claim(server, claimed)
    except Refused:
        detail = visible(claimed)[:MAX_SERVER_ID]
        _notes.later(handshakes.record, server, OTHER_ID, caller, detail=detail)
        raise
    if settings.GRPC_TLS_CLIENT_CA:
        check_certificate(server, context, caller)
    tracing.tell(server=server.server_id)
    return server


def check_certificate(server: Server, context: Context, caller: handshakes.Caller) -> None:
    """Raises Refused if the caller's certificate, which gRPC has verified, was revoked, or is not
    of the server whose key it sends."""
    try:
        revocation.watch.check(context)
    except Refused as refused:
        _notes.later(handshakes.record, server, REVOKED, caller, detail=refused.message)
        measures.certificate_refusals.inc()
        raise
    named = binding.named(context)
    if server.server_id not in named:
        detail = f"certificate of {', '.join(sorted(named)) or 'no game server'}"
        _notes.later(handshakes.record, server, OTHER_ID, caller, detail=detail)
        measures.certificate_refusals.inc()
        raise Refused(OTHER_CERTIFICATE)


def caller_of(request: Any, context: Context) -> handshakes.Caller:
    """As far as it says; only a Handshake has a client's name."""
    client = visible(str(getattr(request, "client", "")))[: handshakes.MAX_CLIENT]
    address = peers.caller(context.peer(), metadata(context, "x-forwarded-for"))
    return handshakes.Caller(address or None, client)


def check_claim(server: Server, claimed: str) -> None:
    """Raises Refused if the caller says it is another server than its key says."""
    if claimed and not hmac.compare_digest(claimed.encode(), server.server_id.encode()):
        raise Refused(OTHER_SERVER)


class Notes:
    """Writes down what went wrong, when the answer is on its way. At most MOST at once: whoever
    makes more mistakes than that has said what there is to say."""

    MOST = 20

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def later(self, write: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        if len(self._tasks) >= self.MOST:
            return
        task = asyncio.get_running_loop().create_task(self._write(write, *args, **kwargs))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _write(self, write: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            await run_in_public(write, *args, **kwargs)
        except Exception:
            log.exception("a failed attempt to connect was not written down")


_notes = Notes()
