"""The live view's websocket.

A watcher that reads too slowly must not fill this process's memory: what is sent to it waits in the
transport without a limit. So the page acknowledges what it has shown. At most WINDOW events are on
their way; further ones are left out, and when the watcher has caught up it is told to fetch what it
missed from the database. One that stays behind for PATIENCE seconds is sent away."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.contrib.auth.models import User

from tenants import filters
from tenants.middleware import role_of
from tenants.models import Role, Server
from tenants.presence import STALE

WINDOW = 200
"""Events sent and not acknowledged."""
LIFETIME = 15 * 60
"""Seconds. The page connects again then, so that a lost membership ends the watching."""
PATIENCE = 20.0
"""Seconds a watcher may have events left out before it is sent away."""
SETTLED = STALE + 1
"""Seconds after which nobody believes any more that this server is not watched."""
MAX_MESSAGE = 1000
"""Characters; all a page ever says is {"seen": number} and {"filter": {...}}."""
SIGNED_OUT = 4401
STRANGER = 4403
MALFORMED = 4400
COME_AGAIN = 4408
TOO_SLOW = 4429


class LiveConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    group: str | None = None
    timers: tuple[asyncio.TimerHandle, ...] = ()
    falling_behind: asyncio.TimerHandle | None = None
    """Runs while events are left out."""
    filter: dict[str, str] = {}
    sent = 0
    seen = 0

    async def connect(self) -> None:
        # Accepted first: a browser learns the code only of a connection that was open.
        await self.accept()
        user = self.scope["user"]
        server_id = self.scope["url_route"]["kwargs"]["server_id"]
        if not user.is_authenticated:
            await self.close(SIGNED_OUT)
        elif server := await database_sync_to_async(server_watched_by)(user, server_id):
            await self._join(server)
        else:
            await self.close(STRANGER)

    async def _join(self, server: Server) -> None:
        self.group = server.live_group
        await self.channel_layer.group_add(self.group, self.channel_name)
        self.timers = (
            self._later(LIFETIME, self.close, COME_AGAIN),
            # What was said before everybody knew that somebody watches was not published.
            self._later(SETTLED, self.send_json, {"topic": "resync"}),
        )
        await self.send_json({"topic": "hello"})

    def _later(
        self, seconds: float, act: Callable[..., Coroutine[Any, Any, None]], *arguments: object
    ) -> asyncio.TimerHandle:
        def begin() -> None:
            self._acting = asyncio.ensure_future(act(*arguments))

        return asyncio.get_running_loop().call_later(seconds, begin)

    async def disconnect(self, code: int) -> None:
        for timer in (*self.timers, self.falling_behind):
            if timer:
                timer.cancel()
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def live_event(self, event: dict[str, Any]) -> None:
        if not filters.fits(event["payload"], self.filter):
            return
        if self.sent - self.seen >= WINDOW:
            if self.falling_behind is None:
                self.falling_behind = self._later(PATIENCE, self.close, TOO_SLOW)
            return
        self.sent += 1
        await self.send_json({"topic": event["topic"], "payload": event["payload"], "n": self.sent})

    async def access_changed(self, event: dict[str, Any]) -> None:
        """Somebody's role was changed or taken, or the server was suspended: what this watcher may
        see is looked up anew, by a new connection."""
        user = self.scope["user"]
        if event["user_id"] in (None, user.pk):
            server_id = self.scope["url_route"]["kwargs"]["server_id"]
            watching = await database_sync_to_async(still_watched_by)(user.pk, server_id)
            await self.close(COME_AGAIN if watching else STRANGER)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any
    ) -> None:
        try:
            said = json.loads((text_data or "")[:MAX_MESSAGE])
            if "filter" in said:
                self.filter = filters.wanted(dict(said["filter"]))
                answer = "filtered"
            else:
                answer = self._acknowledged(int(said["seen"]))
        except (ValueError, TypeError, KeyError, OverflowError):
            await self.close(MALFORMED)
            return
        await self.send_json({"topic": answer})

    def _acknowledged(self, seen: int) -> str:
        self.seen = min(max(self.seen, seen), self.sent)
        if self.falling_behind is None or self.seen < self.sent:
            return "pong"
        self.falling_behind.cancel()
        self.falling_behind = None
        return "resync"


def server_watched_by(user: object, server_id: str) -> Server | None:
    server = Server.objects.active().filter(server_id=server_id).first()
    return server if server and role_of(user, server) in set(Role) else None


def still_watched_by(user_id: int, server_id: str) -> bool:
    user = User.objects.filter(pk=user_id).first()
    return server_watched_by(user, server_id) is not None
