"""What a language model finds in the player's own lines that no pattern is certain of: quotes, each
looked up in its line, so that nothing can be made up. Never reads what a character said, nor what
is remembered. Only where a model is named for it (LLM_EXTRACTION_MODEL), within the budget; without
one, or when it fails, the patterns' facts are all there is."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import get_args

from django.conf import settings
from pydantic import BaseModel, Field

from aiworld.errors import Unavailable
from aiworld.loops import wait_for
from inference import client
from inference.generation import Message
from npcs import asking, prompting
from npcs.appraisal import memorable
from npcs.brief import Language
from npcs.claims import claim
from npcs.extraction import ExtractedFact, Kind
from npcs.own_llm import own

log = logging.getLogger(__name__)

TASK = "extraction"
MOST_LINES, LINE_LENGTH = 20, 300
LEAST = 2.0
"""Importance (0-10) of a line that is worth asking about."""
LOWEST, HIGHEST = 2.0, 8.0
"""Importance of what is found, whatever the model says."""


class Note(BaseModel):
    line: int
    quote: str = Field(max_length=200)
    kind: Kind
    about: str = Field(max_length=40)
    weight: float


class Notes(BaseModel):
    notes: list[Note] = Field(max_length=MOST_LINES)


def facts_in(lines: Sequence[str], languages: Sequence[Language]) -> list[list[ExtractedFact]]:
    """Of each line, in order. Call it inside a server's context, with no transaction open."""
    found: list[list[ExtractedFact]] = [[] for _ in lines]
    asked = [at for at, each in enumerate(zip(lines, languages, strict=True)) if worth(*each)]
    asked = asked[-MOST_LINES:]
    if not asked:
        return found
    try:
        notes = wait_for(_noted([lines[at] for at in asked]))
    except Unavailable as error:
        log.info("no model looked for facts: %s", error.message)
        return found
    for note in notes:
        if 0 < note.line <= len(asked):
            at = asked[note.line - 1]
            found[at] += _facts(note, lines[at])
    return found


def worth(line: str, language: Language) -> bool:
    """Whether a line may tell something of the player: no courtesy, and no claim of what was
    promised or of who they are to be believed to be."""
    return memorable(line, language) >= LEAST and claim(line, language) is None


async def _noted(lines: Sequence[str]) -> list[Note]:
    if not client.chosen_model(TASK, await own()):
        return []
    messages, seconds = _messages(lines), float(settings.LLM_TASK_TIMEOUT)
    return (await asking.decide(messages, output=Notes, task=TASK, seconds=seconds)).notes


def _messages(lines: Sequence[str]) -> list[Message]:
    told = "\n".join(f"{at}: {line[:LINE_LENGTH]}" for at, line in enumerate(lines, start=1))
    return [
        {"role": "system", "content": prompting.filled(TASK, kinds=", ".join(get_args(Kind)))},
        {"role": "user", "content": told},
    ]


def _facts(note: Note, line: str) -> list[ExtractedFact]:
    """None for what the player did not say."""
    quote = note.quote.strip(" .,;!?\"'")
    at = line.casefold().find(quote.casefold())
    if len(quote.split()) < 2 or at < 0 or len(line.casefold()) != len(line):
        return []
    said = line[at : at + len(quote)]
    fact = ExtractedFact(
        kind=note.kind,
        summary=said,
        importance=min(max(note.weight, LOWEST), HIGHEST),
        subjects=(note.about.strip(),) if note.about.strip() else (),
        line=line,
        told=said,
    )
    return [fact]
