"""Talks whose caller has the first line and comes back for the answer.

The answer is thought of in a task of the process that was asked, in the time any talk has, and is
stored as every turn is. So any process can give it out; the one at work on it can wait for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from aiworld.errors import AIWorldError, Conflict, NotFound
from aiworld.turns import resting
from npcs import dialogue, reading, replies
from npcs.fillers import Filler
from npcs.memory import used_request_id
from npcs.turns import Reply, Said
from tenants.context import run_in_tenant, tenant

log = logging.getLogger(__name__)

Then = Callable[[Said, Reply], None]
POLL = 0.2
"""Seconds between two looks for what another process works on."""


@dataclass(frozen=True)
class Work:
    said: Said
    task: asyncio.Task[Reply]
    early: asyncio.Future[Filler]


_working: dict[tuple[str, str], Work] = {}


async def talk(said: Said, *, first_line: float, seconds: float, then: Then) -> Reply | Filler:
    """The reply if it is there within `first_line` seconds, else what is said meanwhile. With as
    many at work as a process may have, the reply is waited for. `then` is called once with the
    reply, whether or not anybody comes back for it.

    Raises as `dialogue.talk` does."""
    if len(_working) >= settings.MAX_CONCURRENT_REQUESTS:
        reply = await dialogue.talk(said, seconds=seconds)
        then(said, reply)
        return reply
    work = _begun(said, first_line, seconds, then)
    try:
        either: list[asyncio.Future[Any]] = [work.task, work.early]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        work.task.cancel()  # nobody was told that there is an answer to come back for
        raise
    if work.task.done():
        return work.task.result()
    await run_in_tenant(tenant(), _mark, said)
    return work.early.result()


async def fetch(request_id: str, *, npc_key: str, char_id: int, wait: float) -> Reply | None:
    """The reply; None if it is not there within `wait` seconds. Raises NotFound."""
    ends_at = asyncio.get_running_loop().time() + wait
    work = _working.get((tenant().server_id, request_id))
    if work and (work.said.npc_key, work.said.char_id) == (npc_key, char_id):
        with resting():
            await asyncio.wait([work.task], timeout=wait)
        return work.task.result() if work.task.done() else None
    while True:
        found, expected = await run_in_tenant(tenant(), _look, request_id, npc_key, char_id)
        left = ends_at - asyncio.get_running_loop().time()
        if found:
            return found
        if not expected:
            raise NotFound("no such talk is at work; call Talk with this request id")
        if left <= 0:
            return None
        with resting():
            await asyncio.sleep(min(POLL, left))


def _begun(said: Said, first_line: float, seconds: float, then: Then) -> Work:
    key = (tenant().server_id, said.request_id)
    if work := _working.get(key):
        if work.said != said:
            raise Conflict(used_request_id(said.request_id), field="request_id")
        return work
    early: asyncio.Future[Filler] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(_work(said, first_line, seconds, early, then))
    work = _working[key] = Work(said, task, early)
    task.add_done_callback(lambda ended: _ended(key, ended))
    return work


async def _work(
    said: Said, first_line: float, seconds: float, early: asyncio.Future[Filler], then: Then
) -> Reply:
    reply: Reply | None = None
    async for part in dialogue.stream(said, seconds=seconds, first_line=first_line):
        if isinstance(part, Filler):
            early.set_result(part)
        elif isinstance(part, Reply):
            reply = part
    assert reply is not None
    then(said, reply)
    return reply


def _ended(key: tuple[str, str], task: asyncio.Task[Reply]) -> None:
    _working.pop(key, None)
    error = None if task.cancelled() else task.exception()
    if error and not isinstance(error, AIWorldError):
        log.error("a talk nobody waited for failed", exc_info=error)


def _name(request_id: str) -> str:
    return f"pending:{request_id}"


def _mark(said: Said) -> None:
    """For the other processes; where the cache is away they know nothing of it."""
    kept = [said.npc_key, said.char_id]
    replies.attempt("set", _name(said.request_id), kept, settings.REQUEST_TIMEOUT + 1)


def _look(request_id: str, npc_key: str, char_id: int) -> tuple[Reply | None, bool]:
    """The reply, and whether one is still to come."""
    expected = replies.attempt("get", _name(request_id)) == [npc_key, char_id]
    return reading.stored(request_id, npc_key=npc_key, char_id=char_id), expected
