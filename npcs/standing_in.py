"""Answering for a game master, as the game's call sees it: the words that wait, or those that come
in time, or a filler that is no lie.

A call waits a share of its deadline and holds neither thread nor connection meanwhile. A bell wakes
it at once; without Redis it looks every POLL seconds."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from django.utils import timezone

from aiworld.turns import resting
from npcs import showing, takeover
from npcs.brief import Emotion
from npcs.intents import classify
from npcs.models import Takeover
from npcs.scales import Source
from npcs.turns import Scene, Thought
from tenants.bell import bell
from tenants.context import run_in_tenant, tenant
from tenants.statements import rows

SHARE, LONGEST = 0.8, 20.0
"""Of the time that is left, and in seconds at most: how long a player waits for a line."""
POLL = 0.5
MOST_WAITING = 50
"""Calls of one process that wait; the next ones get the filler at once."""
CLAIM = timedelta(seconds=30)
"""A line that a call took along without a turn of it is free again after this."""
FILLERS: dict[str, tuple[str, ...]] = {
    "en": ("One moment, let me think.", "Give me a moment.", "Wait, I am thinking."),
    "pt": ("Um momento, deixe-me pensar.", "Dê-me um momento.", "Espere, estou a pensar."),
    "es": ("Un momento, déjame pensar.", "Dame un momento.", "Espera, estoy pensando."),
    "th": ("ขอคิดสักครู่นะ", "รอสักครู่", "เดี๋ยวนะ ข้ากำลังคิดอยู่"),
    "ko": ("잠깐만요, 생각 좀 할게요.", "잠시만 기다려 주세요.", "음, 생각하고 있어요."),
    "id": ("Sebentar, kupikir dulu.", "Beri aku waktu sebentar.", "Tunggu, aku sedang berpikir."),
}
CLAIM_LINES = """
UPDATE staff_lines SET claimed_at = %(now)s, claimed_by = %(request_id)s
WHERE id IN (
    SELECT id FROM staff_lines
    WHERE conversation_id = %(conversation)s AND turn_id IS NULL
      AND (claimed_at IS NULL OR claimed_at < %(free)s OR claimed_by = %(request_id)s)
    ORDER BY id FOR UPDATE SKIP LOCKED
) RETURNING id, text, emotion, author
"""
_waiting = 0


async def answer(scene: Scene, *, seconds: float) -> Thought | None:
    """The game master's words, or a filler if none come within a share of `seconds`; None if the
    conversation is given back meanwhile."""
    global _waiting
    if _waiting >= MOST_WAITING or scene.conversation_id is None:
        return _filler(scene)
    _waiting += 1
    try:
        return await _answer(scene, scene.conversation_id, min(SHARE * seconds, LONGEST))
    finally:
        _waiting -= 1


async def _answer(scene: Scene, conversation_id: int, seconds: float) -> Thought | None:
    until = asyncio.get_running_loop().time() + seconds
    async with bell(takeover.bell_of(conversation_id)) as wait:
        await run_in_tenant(tenant(), showing.waiting, scene, seconds)
        while True:
            found = await run_in_tenant(tenant(), _look, scene, conversation_id)
            left = until - asyncio.get_running_loop().time()
            if not isinstance(found, bool):
                return found
            if not found:
                return None
            if left <= 0:
                return _filler(scene)
            with resting():
                await wait(min(left, POLL))


def _look(scene: Scene, conversation_id: int) -> Thought | bool:
    """The words that wait, taken along; else whether the conversation is still held."""
    now = timezone.now()
    values = {
        "conversation": conversation_id,
        "request_id": scene.said.request_id,
        "now": now,
        "free": now - CLAIM,
    }
    if lines := sorted(rows(CLAIM_LINES, values)):
        return _spoken(scene, lines)
    return Takeover.objects.held().filter(conversation_id=conversation_id).exists()


def _spoken(scene: Scene, lines: list[tuple[int, str, Emotion, str]]) -> Thought:
    ids, texts, emotions, authors = zip(*lines, strict=True)
    return Thought(
        text=" ".join(texts),
        emotion=emotions[-1],
        intent=classify(scene.said.text, scene.language),
        source=Source.STAFF,
        spoken_by=authors[-1],
        lines=ids,
    )


def _filler(scene: Scene) -> Thought:
    said_before = {turn.text for turn in scene.recent}
    fillers = FILLERS[scene.language]
    return Thought(
        text=next((each for each in fillers if each not in said_before), fillers[0]),
        emotion="neutral",
        intent=classify(scene.said.text, scene.language),
        source=Source.STOCK,
    )
