"""Who calls: the API key names the server, and nothing else does."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator
from typing import Any

from aiworld.errors import Refused, Unauthenticated
from grpc_api.interceptors.base import Context, Interceptor, Stream, Unary, metadata
from tenants import api_keys
from tenants.context import in_tenant, run_in_public
from tenants.models import Server

NO_KEY = "no API key: send it as metadata x-api-key"
OTHER_SERVER = "this key does not belong to that server id"


class Tenant(Interceptor):
    """Enters the server for the rest of the call, so that `tenants.context.tenant()` says it."""

    def unary(self, proceed: Unary, method: str) -> Unary:
        async def call(request: Any, context: Context) -> Any:
            with in_tenant(await caller(context)):
                return await proceed(request, context)

        return call

    def stream(self, proceed: Stream, method: str) -> Stream:
        async def call(request: Any, context: Context) -> AsyncIterator[Any]:
            # The parts of a stream may be asked for from other contexts, so the server is entered
            # for each of them.
            server = await caller(context)
            parts = proceed(request, context)
            while True:
                with in_tenant(server):
                    try:
                        part = await anext(parts)
                    except StopAsyncIteration:
                        return
                yield part

        return call


async def caller(context: Context) -> Server:
    key = metadata(context, "x-api-key")
    if not key:
        raise Unauthenticated(NO_KEY)
    server = api_keys.recall(key)
    if server is None:
        server = await run_in_public(api_keys.resolve, key)
    check_claim(server, metadata(context, "x-server-id"))
    return server


def check_claim(server: Server, claimed: str) -> None:
    """Raises Refused if the caller says it is another server than its key says."""
    if claimed and not hmac.compare_digest(claimed.encode(), server.server_id.encode()):
        raise Refused(OTHER_SERVER)
