"""An answer without a language model: in character, in the player's language, from the Brief
alone, the same for the same Brief, and never what the character has just said."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import blake2b

from npcs.brief import Answer, Brief, Emotion
from npcs.claims import Claim, claim
from npcs.composer import courtesies, recall
from npcs.composer.asked import asked
from npcs.composer.continuing import go_on
from npcs.composer.draft import Draft
from npcs.composer.emotions import felt
from npcs.composer.guide import tell_from_data
from npcs.composer.knowledge import inform, offer
from npcs.composer.phrasebook import Picker
from npcs.composer.telling import take_up
from npcs.composer.tellings import Telling, settled, tellings
from npcs.composer.voice import Voice, voice_of
from npcs.context import leaning
from npcs.folding import plain
from npcs.intents import Intent, classify, untold
from npcs.matching import subjects

_TRIES = 4
_ALIKE = 0.85
_FULL = 230
_ASKED_POLITELY = (Intent.lore, Intent.remember, Intent.farewell)
_DONE = re.compile(
    r"\b(reward|recompensa|complet\w+|done|finished|conclu\w+|cumpri\w+|cumpli\w+|termin\w+)\b"
)
_SHOWN_BY = {"worry": "anxious", "image": "vivid", "precise": "formal"}
_INFORMING = (Intent.question, Intent.lore, Intent.directions, Intent.trade, Intent.quest)
_NO_EXTRAS = (Intent.farewell, Intent.insult, Intent.remember, Intent.unknown, Intent.apology)


@dataclass(frozen=True, kw_only=True)
class Composed(Answer):
    emotion: Emotion
    intent: Intent


def compose(brief: Brief) -> Composed:
    """Under 2 ms; needs neither a model nor a database."""
    told = tellings(brief)
    brief = replace(settled(brief, told), text=untold(brief.text, brief.language))
    voice, said = voice_of(brief), _said(brief)
    lately = [_bag(turn.text) for turn in brief.recent if turn.speaker == "npc"]
    drafts = []
    for attempt in range(_TRIES):
        draft = _drafted(brief, voice, said, told, attempt)
        likeness = max((_likeness(_bag(draft.text), bag) for bag in lately), default=0.0)
        drafts.append((likeness, attempt, draft))
        if likeness < _ALIKE:
            break
    return _composed(min(drafts, key=lambda each: each[:2])[2])


def _composed(draft: Draft) -> Composed:
    return Composed(
        text=draft.text,
        used_facts=tuple(draft.used_facts),
        used_memories=tuple(draft.used_memories),
        personal=draft.personal or draft.brief.player_name in draft.text,
        emotion=felt(draft),
        intent=draft.intent,
    )


def _drafted(brief: Brief, voice: Voice, said: str, told: list[Telling], attempt: int) -> Draft:
    intent = classify(brief.text, brief.language)
    what = asked(brief.text, brief.language, voice.formal_address)
    draft = Draft(
        brief=brief,
        voice=voice,
        picker=Picker(brief.language, voice, _seed(brief, attempt), said),
        intent=intent,
        claim=_claim(brief, intent),
        said=said,
        told=told,
        leaning=leaning(brief.text, brief.language) if brief.recent else "",
        keys=subjects(brief.text, brief.language),
        slots={
            "name": brief.persona.name,
            "player": brief.player_name,
            "what": what,
            "What": what[:1].upper() + what[1:],
        },
    )
    _answer(draft)
    _add_colour(draft)
    return draft


def _claim(brief: Brief, intent: Intent) -> Claim | None:
    kind = claim(brief.text, brief.language)
    if kind is Claim.demand and intent in _ASKED_POLITELY:
        return None
    if kind is Claim.demand and intent is Intent.quest and not _DONE.search(plain(brief.text)):
        return None  # 'give me a quest' asks for work, 'quest complete' for pay
    return kind


_ANSWERS: dict[Intent, Callable[[Draft], None]] = {
    Intent.greeting: courtesies.greet,
    Intent.farewell: courtesies.part,
    Intent.name: courtesies.introduce,
    Intent.thanks: courtesies.accept_thanks,
    Intent.apology: courtesies.accept_apology,
    Intent.insult: courtesies.take_insult,
    Intent.remember: recall.remember,
    Intent.statement: take_up,
}


def _answer(draft: Draft) -> None:
    if draft.claim:
        courtesies.refuse(draft, draft.claim)
    elif draft.brief.lookup:
        tell_from_data(draft, draft.brief.lookup)
    elif draft.leaning and go_on(draft):
        return
    elif draft.intent in _ANSWERS:
        _ANSWERS[draft.intent](draft)
    elif draft.intent is Intent.unknown:
        draft.say("unknown")
        offer(draft)
    else:
        inform(draft)
        recall.weave(draft)


def _add_colour(draft: Draft) -> None:
    """A touch of character, where there is room for it and it is not a moment to be brief."""
    if draft.intent in (*_NO_EXTRAS, Intent.statement) or draft.claim or len(draft.text) > _FULL:
        return
    if draft.intent in _INFORMING and not draft.used_facts:
        return
    if draft.used_memories or draft.leaning or draft.brief.lookup:
        return
    if draft.brief.recent and not draft.picker.chance(0.25):
        return
    room = max(draft.voice.room, 1) - (len(draft.text) > _FULL // 2)
    for key in draft.voice.extras:
        if key == "loose" and not draft.used_facts:
            continue
        if room > 0 and _SHOWN_BY.get(key) not in draft.picker.tags_used:
            room -= draft.say_fresh(key)
    if room == max(draft.voice.room, 1) and draft.intent is Intent.greeting:
        _ask_back(draft)


def _ask_back(draft: Draft) -> None:
    if (
        draft.voice.room
        and "cold" not in draft.voice.tags
        and "?" not in draft.text
        and not draft.brief.recent
    ):
        draft.say("ask_back")


def _said(brief: Brief) -> str:
    return " ".join(plain(turn.text) for turn in brief.recent if turn.speaker == "npc")


def _seed(brief: Brief, attempt: int) -> str:
    parts = (brief.persona.key, brief.text, str(len(brief.recent)), str(attempt))
    return blake2b("\x00".join(parts).encode(), digest_size=8).hexdigest()


def _bag(text: str) -> frozenset[str]:
    return frozenset(plain(text).split())


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one or other else 1.0
