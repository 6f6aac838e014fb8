"""A job's websocket: its present state first, then every change, and it closes with the job."""

from __future__ import annotations

import asyncio
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from portal.watching import as_event, job_seen_by

MOST_EVENTS = 1000
"""Nobody acknowledges them: after so many the page has to connect again."""
LIFETIME = 15 * 60
"""Seconds; the page connects again then."""
DONE, MALFORMED, SIGNED_OUT, STRANGER, COME_AGAIN = 1000, 4400, 4401, 4403, 4408
ENDED = ("done", "failed")


class JobConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    group: str | None = None
    ending: asyncio.TimerHandle | None = None
    sent = 0

    async def connect(self) -> None:
        # Accepted first: a browser learns the code only of a connection that was open.
        await self.accept()
        user, job_id = self.scope["user"], self.scope["url_route"]["kwargs"]["job_id"]
        if not user.is_authenticated:
            await self.close(SIGNED_OUT)
            return
        job = await database_sync_to_async(job_seen_by)(user, job_id)
        if job is None:
            await self.close(STRANGER)
            return
        self.group = job.live_group
        await self.channel_layer.group_add(self.group, self.channel_name)
        self.ending = asyncio.get_running_loop().call_later(LIFETIME, self._end)
        # Read again: what changed before the group was joined would be missed.
        job = await database_sync_to_async(job_seen_by)(user, job_id)
        if job:
            await self._tell(as_event(job))

    def _end(self) -> None:
        self._closing = asyncio.ensure_future(self.close(COME_AGAIN))

    async def live_event(self, event: dict[str, Any]) -> None:
        await self._tell(event["payload"])

    async def _tell(self, payload: dict[str, Any]) -> None:
        self.sent += 1
        await self.send_json({"topic": "job", "payload": payload})
        if payload.get("state") in ENDED:
            await self.close(DONE)
        elif self.sent >= MOST_EVENTS:
            await self.close(COME_AGAIN)

    async def disconnect(self, code: int) -> None:
        if self.ending:
            self.ending.cancel()
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any
    ) -> None:
        await self.close(MALFORMED)  # the page has nothing to say
