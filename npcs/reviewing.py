"""What a language model finds in a talk that is on no list: looked through after the talk and
flagged for staff to judge, with its words quoted. It stops nothing, tells no player anything and
moves no trust. Only where a model is named for it (LLM_MODERATION_MODEL, or the owner's), within
the budget; each turn is looked through once at most, also if the model fails."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, get_args

from django.conf import settings
from django.utils import timezone
from pydantic import BaseModel, Field

from aiworld.breaker import NotAsked
from aiworld.errors import Unavailable
from aiworld.loops import wait_for
from inference import client
from inference.generation import Message
from npcs import asking, flags, prompting
from npcs.models import Conversation, ConversationTurn
from npcs.own_llm import own
from tenants.statements import rows

log = logging.getLogger(__name__)

TASK = "moderation"
Kind = Literal["harassment", "hate", "sexual", "threat", "self_harm", "grooming", "private data"]
OVER = timedelta(minutes=2)
"""After the last word of a talk."""
OLDEST = timedelta(days=1)
MOST_TALKS, MOST_TURNS, LINE_LENGTH = 50, 20, 500
"""Talks of a server in one run; turns, and characters of a line, in one question."""
DUE = """
SELECT c.id FROM conversations c
WHERE c.last_turn_at BETWEEN %(oldest)s AND %(over)s AND EXISTS (
    SELECT FROM conversation_turns t WHERE t.conversation_id = c.id AND t.id > c.reviewed_turn_id
) ORDER BY c.last_turn_at LIMIT %(most)s
"""


@dataclass(frozen=True)
class Line:
    turn_id: int
    speaker: str
    text: str


class Finding(BaseModel):
    line: int
    quote: str = Field(max_length=200)
    kind: Kind


class Findings(BaseModel):
    findings: list[Finding] = Field(max_length=2 * MOST_TURNS)


def review(until: float) -> int:
    """Talks of the present server, until the moment `until` of `time.monotonic`; returns how many
    turns were flagged."""
    flagged = 0
    if not wait_for(_possible()):
        return flagged
    now = timezone.now()
    due = {"oldest": now - OLDEST, "over": now - OVER, "most": MOST_TALKS}
    for (pk,) in rows(DUE, due):
        left = until - time.monotonic()
        if left <= 1:
            break
        flagged += _review(pk, left)
    return flagged


async def _possible() -> bool:
    try:
        return bool(client.chosen_model(TASK, await own()))
    except NotAsked:
        return False


def _review(conversation_id: int, seconds: float) -> int:
    turns = _claimed(conversation_id)
    lines = [
        Line(turn.pk, speaker, " ".join(text.split())[:LINE_LENGTH])
        for turn in turns
        for speaker, text in (("player", turn.player_text), ("character", turn.npc_text))
    ]
    if not lines:
        return 0
    try:
        found = wait_for(_found(lines, seconds))
    except Unavailable as error:
        log.info("no model looked through a talk: %s", error.message)
        return 0
    quoted = {
        line.turn_id: f"{each.kind}: {quote}" for each in found for line, quote in _of(each, lines)
    }
    return sum(flags.suspect(turn_id, note) for turn_id, note in quoted.items())


def _claimed(conversation_id: int) -> list[ConversationTurn]:
    """The turns that are new since the last time; empty where another run has them."""
    talk = Conversation.objects.filter(pk=conversation_id).first()
    if talk is None:  # erased in the meantime
        return []
    new = talk.turns.filter(pk__gt=talk.reviewed_turn_id).order_by("pk")
    turns = list(new.only("pk", "player_text", "npc_text")[:MOST_TURNS])
    same = Conversation.objects.filter(pk=talk.pk, reviewed_turn_id=talk.reviewed_turn_id)
    return turns if turns and same.update(reviewed_turn_id=turns[-1].pk) else []


async def _found(lines: Sequence[Line], seconds: float) -> list[Finding]:
    limit = min(seconds, float(settings.LLM_TASK_TIMEOUT))
    answer = await asking.decide(_messages(lines), output=Findings, task=TASK, seconds=limit)
    return answer.findings


def _messages(lines: Sequence[Line]) -> list[Message]:
    told = "\n".join(f"{at}: {each.speaker}: {each.text}" for at, each in enumerate(lines, start=1))
    rules = prompting.filled(TASK, kinds=", ".join(get_args(Kind)))
    return [{"role": "system", "content": rules}, {"role": "user", "content": told}]


def _of(finding: Finding, lines: Sequence[Line]) -> list[tuple[Line, str]]:
    """The line it speaks of; none where the quote is not in it."""
    quote = finding.quote.strip(" .,;!?\"'")
    if not quote or not 0 < finding.line <= len(lines):
        return []
    line = lines[finding.line - 1]
    return [(line, quote)] if quote.casefold() in line.text.casefold() else []
