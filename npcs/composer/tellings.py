"""What the player has told of themselves, from memory and from this talk, the newest last."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from npcs.brief import Brief, Language, Recollection
from npcs.extraction import ExtractedFact, facts_by_line
from npcs.folding import plain
from npcs.intents import is_question, untold
from npcs.language import detect


class Telling(NamedTuple):
    text: str
    language: Language
    at: datetime
    memory: Recollection | None
    """None for a line of this talk that is not in memory."""
    facts: tuple[ExtractedFact, ...]


def tellings(brief: Brief) -> list[Telling]:
    """The player's own lines, questions left out, each once, the oldest first."""
    lines: dict[str, tuple[str, datetime, Recollection | None]] = {}
    for turn in brief.recent:
        if turn.speaker == "player":
            text = untold(turn.text, detect(turn.text, default=brief.language))
            lines[plain(text)] = (text, turn.at, None)
    for memory in brief.memories:
        if memory.speaker == "player":
            lines[plain(memory.text)] = (memory.text, memory.happened_at, memory)
    told = sorted(lines.values(), key=lambda line: line[1])
    texts = [text for text, *_ in told]
    languages = [detect(text, default=brief.language) for text in texts]
    facts = facts_by_line(texts, languages)  # questions too: they tell whom 'her' means
    return [
        Telling(text, language, at, memory, found)
        for (text, at, memory), language, found in zip(told, languages, facts, strict=True)
        if not is_question(text, language)
    ]


def settled(brief: Brief, told: list[Telling]) -> Brief:
    """With what was put right since: 'her name is Lia' makes 'my sister Mira is ill' speak of Lia.
    What has been replaced as a whole is not remembered."""
    latest = {
        slot: value for telling in told for fact in telling.facts for slot, value in fact.slots
    }
    changed = {telling.memory.id: _as_of_now(telling, latest) for telling in told if telling.memory}
    kept = [(memory, changed.get(memory.id, memory.text)) for memory in brief.memories]
    return replace(
        brief,
        memories=tuple(
            memory if text == memory.text else replace(memory, text=text)
            for memory, text in kept
            if text and not (memory.speaker == "player" and "?" in memory.text)
        ),
    )


def _as_of_now(telling: Telling, latest: dict[str, str]) -> str:
    """Its text with what is known now; '' if nothing of it holds."""
    text, slots = telling.text, [slot for fact in telling.facts for slot in fact.slots]
    old = [(slot, value) for slot, value in slots if plain(latest[slot]) != plain(value)]
    if not old:
        return text
    if len(old) == len(slots) and len(telling.facts) == 1:
        return ""
    for slot, value in old:
        if slot.startswith("name:"):
            text = re.sub(rf"\b{re.escape(value)}\b", latest[slot], text, flags=re.IGNORECASE)
    return text
