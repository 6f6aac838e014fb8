"""Greetings, farewells, thanks, apologies, insults, and the character about itself."""

from __future__ import annotations

import re
from datetime import timedelta

from npcs.brief import Brief
from npcs.claims import Claim
from npcs.composer.dates import gap
from npcs.composer.draft import Draft
from npcs.composer.recall import ask_after
from npcs.folding import plain
from npcs.intents import insults, threatens
from npcs.safety import clean_reply

_SAME_TALK = timedelta(minutes=10)
_LONG_AWAY = timedelta(days=14)
_ABOUT = re.compile(r"\b(about|story|sobre|acerca|historia|fale|fala|hablame|cuentame|conte)\b")
_FIRST_PERSON = re.compile(r"^(i|i'm|my|eu|meu|minha|yo|mi|soy|sou)\b", re.IGNORECASE)
_ARTICLE = re.compile(r"^[aeiou]", re.IGNORECASE)


def greet(draft: Draft) -> None:
    brief = draft.brief
    away = _away(brief)
    if brief.recent and away is not None and away < _SAME_TALK:
        draft.personal = True
        draft.say("greeting_again")
        return
    if not brief.met_before:
        draft.say("greeting_first")
        return
    draft.personal = True
    long_away = away is not None and away > _LONG_AWAY
    draft.say(
        "greeting_long"
        if long_away
        else "greeting_friend"
        if brief.trust >= 5
        else "greeting_return"
    )
    if brief.trust >= 3 or "warm" in draft.voice.tags:
        ask_after(draft)


def _away(brief: Brief) -> timedelta | None:
    times = [turn.at for turn in brief.recent] + [memory.happened_at for memory in brief.memories]
    return min((gap(time, brief.now) for time in times), default=None)


def part(draft: Draft) -> None:
    draft.say("farewell")


def introduce(draft: Draft) -> None:
    work = _work(draft)
    said_before = draft.has_said(draft.brief.persona.name)
    draft.say("name_again" if said_before else "name_self", work=work)
    wants_more = bool(_ABOUT.search(plain(draft.brief.text))) or said_before
    if not (wants_more or draft.voice.room == 2):
        return
    told = _background(draft.brief.persona.background)
    if told and not draft.has_said(told):
        own = told if _FIRST_PERSON.match(told) else ""
        quoted = "" if own else told
        draft.say("background", background=quoted, background_own=own)
    elif wants_more:
        draft.say("name_no_more")


def _work(draft: Draft) -> str:
    role = draft.brief.persona.role.strip().lower()
    article = "an" if _ARTICLE.match(role) else "a"
    book = draft.picker.raw("role_work", draft.voice.role)
    return book.replace("{a_role}", f"{article} {role}")


def _background(text: str) -> str:
    """Its first two sentences at most."""
    sentences = re.split(r"(?<=[.!?])\s+", clean_reply(text).replace('"', "'"))
    told = sentences[0]
    if len(sentences) > 1 and len(told) + len(sentences[1]) < 160:
        told = f"{told} {sentences[1]}"
    return told[:200].strip()


def accept_thanks(draft: Draft) -> None:
    draft.say("thanks")


def accept_apology(draft: Draft) -> None:
    language = draft.brief.language
    turns = [turn.text for turn in draft.brief.recent if turn.speaker == "player"]
    hurt = any(insults(text, language) or threatens(text, language) for text in turns)
    hurt = hurt or any(
        insults(m.text, language) for m in draft.brief.memories if m.speaker == "player"
    )
    draft.personal |= hurt
    draft.say("apology_accept" if hurt else "apology_none")


def take_insult(draft: Draft) -> None:
    if threatens(draft.brief.text, draft.brief.language):
        brave = draft.voice.role == "guard" or draft.voice.neuroticism < 0.5
        draft.say("threat_defiant" if brave else "threat_afraid")
    else:
        draft.say(f"insult_{insult_mood(draft)}")


def insult_mood(draft: Draft) -> str:
    voice = draft.voice
    if voice.agreeableness < 0.4 and voice.neuroticism >= 0.35:
        return "angry"
    if voice.neuroticism > 0.6:
        return "hurt"
    return "calm" if voice.agreeableness > 0.65 else "cold"


def refuse(draft: Draft, claim: Claim) -> None:
    draft.say(f"claim_{claim}")
