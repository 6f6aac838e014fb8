"""The live view's websocket.

A watcher that reads too slowly must not fill this process's memory: what is sent to it waits in the
transport without a limit. So the page acknowledges what it has shown. At most WINDOW events are on
their way; further ones are left out, and when the watcher has caught up it is told to fetch what it
missed from the database."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.contrib.auth.models import User

from tenants.middleware import role_of
from tenants.models import Role, Server

WINDOW = 200
"""Events sent and not acknowledged."""
LIFETIME = 15 * 60
"""Seconds. The page connects again then, so that a lost membership ends the watching."""
MAX_MESSAGE = 200
"""Characters; all a page ever says is {"seen": number}."""
SIGNED_OUT = 4401
STRANGER = 4403
MALFORMED = 4400
COME_AGAIN = 4408


class LiveConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    group: str | None = None
    ending: asyncio.TimerHandle | None = None
    sent = 0
    seen = 0
    missed = False

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
        self.ending = asyncio.get_running_loop().call_later(LIFETIME, self._end)
        await self.send_json({"topic": "hello"})

    def _end(self) -> None:
        self._closing = asyncio.ensure_future(self.close(COME_AGAIN))

    async def disconnect(self, code: int) -> None:
        if self.ending:
            self.ending.cancel()
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def live_event(self, event: dict[str, Any]) -> None:
        if self.sent - self.seen >= WINDOW:
            self.missed = True
            return
        self.sent += 1
        await self.send_json({"topic": event["topic"], "payload": event["payload"], "n": self.sent})

    async def membership_changed(self, event: dict[str, Any]) -> None:
        """Somebody's role was changed or taken: theirs is looked up anew, by a new connection."""
        user = self.scope["user"]
        if event["user_id"] == user.pk:
            server_id = self.scope["url_route"]["kwargs"]["server_id"]
            watching = await database_sync_to_async(still_watched_by)(user.pk, server_id)
            await self.close(COME_AGAIN if watching else STRANGER)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any
    ) -> None:
        try:
            seen = int(json.loads((text_data or "")[:MAX_MESSAGE])["seen"])
        except (ValueError, TypeError, KeyError, OverflowError):
            await self.close(MALFORMED)
            return
        self.seen = min(max(self.seen, seen), self.sent)
        resync = self.missed and self.seen == self.sent
        self.missed = self.missed and not resync
        await self.send_json({"topic": "resync" if resync else "pong"})


def server_watched_by(user: object, server_id: str) -> Server | None:
    server = Server.objects.active().filter(server_id=server_id).first()
    return server if server and role_of(user, server) in set(Role) else None


def still_watched_by(user_id: int, server_id: str) -> bool:
    user = User.objects.filter(pk=user_id).first()
    return server_watched_by(user, server_id) is not None
