"""Answers from facts: which ones fit the question, and how they are put."""

from __future__ import annotations

import re
from functools import lru_cache

from npcs.brief import Fact, Language
from npcs.composer.draft import Draft
from npcs.folding import plain, words
from npcs.intents import Intent
from npcs.language import detect
from npcs.lexicon import LANGUAGES, lexicon
from npcs.matching import kin, overlap, subjects
from npcs.safety import clean_reply

_SURE, _LIKELY, _NEAR = 0.75, 0.5, 0.45
_LONGEST = 220
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_UNKNOWN = {
    Intent.directions: "directions_unknown",
    Intent.lore: "lore_unknown",
    Intent.trade: "trade_unknown",
    Intent.quest: "quest_unknown",
}
_TOPICS = {
    Intent.trade: ("trade", "shop", "price", "item", "stock", "merchant", "goods"),
    Intent.quest: ("quest", "task", "mission", "job"),
    Intent.directions: ("place", "direction", "location", "navigation", "map"),
    Intent.lore: ("lore", "rumor", "rumour", "gossip", "history", "news"),
}
_NOT_ASKED_FOR = {
    "things.work",
    "things.quest",
    "things.price",
    "things.trade",
    "things.story",
    "things.rumor",
    "things.city",
}
_LOWERED = {
    "en": frozenset(
        [
            "the",
            "a",
            "an",
            "there",
            "in",
            "at",
            "on",
            "to",
            "it",
            "its",
            "many",
            "some",
            "most",
            "all",
        ]
    ),
    "pt": frozenset(
        [
            "o",
            "a",
            "os",
            "as",
            "um",
            "uma",
            "ha",
            "no",
            "na",
            "nos",
            "nas",
            "em",
            "ali",
            "la",
            "muitos",
            "muitas",
        ]
    ),
    "es": frozenset(
        ["el", "la", "los", "las", "un", "una", "hay", "en", "alli", "muchos", "muchas", "al"]
    ),
}
_ONE_SELF = frozenset(
    [
        "i",
        "i'm",
        "my",
        "me",
        "we",
        "our",
        "you",
        "your",
        "eu",
        "meu",
        "minha",
        "me",
        "nos",
        "voce",
        "sua",
        "seu",
        "yo",
        "mi",
        "mis",
        "me",
        "nosotros",
        "tu",
        "tus",
        "usted",
        "su",
    ]
)


def inform(draft: Draft) -> None:
    """The first fact that fits and was not told yet; what was told twice is not told again."""
    fits = fitting(draft)
    new = [fact for fact in fits if not draft.has_said(_words_of(fact))]
    if new:
        tell(draft, new[0])
        if draft.voice.room == 2 and len(new) > 1 and len(draft.text) + len(new[1].text) < _LONGEST:
            draft.say("more", fact=_put(draft, new[1]))
            draft.uses(fact=new[1])
    elif fits and draft.has_said(_words_of(fits[0])) == 1:
        draft.say("again", fact=_put(draft, fits[0]))
        draft.uses(fact=fits[0])
        draft.personal = True
    elif fits:
        draft.say("told_all")
        draft.personal = True
    else:
        draft.say(_UNKNOWN.get(draft.intent, "question_unknown"))
        if draft.intent not in (Intent.directions, Intent.quest):
            offer(draft)


def tell(draft: Draft, fact: Fact) -> None:
    words_ = _words_of(fact)
    key = "fact_own" if _same_language(fact.text, draft.brief.language) else "fact_other"
    draft.say(key, fact=words_, rumour=_rumour(words_, draft.brief.language))
    draft.uses(fact=fact)


def offer(draft: Draft) -> None:
    """What the character does know, when it is near what was asked."""
    near = [f for f in draft.brief.facts if f.score >= _NEAR and not draft.has_said(_words_of(f))]
    if near:
        own = _same_language(near[0].text, draft.brief.language)
        draft.say("offer" if own else "offer_other", fact=_words_of(near[0]))
        draft.uses(fact=near[0])


def fitting(draft: Draft) -> list[Fact]:
    scored = [(_fit(fact, draft), -at, fact) for at, fact in enumerate(draft.brief.facts)]
    return [fact for fit, _, fact in sorted(scored, key=lambda s: s[:2], reverse=True) if fit > 0]


def _fit(fact: Fact, draft: Draft) -> float:
    sought = draft.keys - _NOT_ASKED_FOR
    about = subjects(f"{fact.topic} {fact.text}")
    if kin(sought) - kin(about) and draft.intent is not Intent.statement:
        return 0.0
    shared = overlap(sought, about)
    if shared:
        return shared + fact.score
    if not sought or draft.intent is Intent.quest:
        topical = any(topic in fact.topic.lower() for topic in _TOPICS.get(draft.intent, ()))
        if topical or (draft.intent is Intent.lore and not sought):
            return fact.score + 0.5
        return fact.score * (fact.score >= _LIKELY)
    return fact.score * (fact.score >= _SURE)


def _put(draft: Draft, fact: Fact) -> str:
    words_ = _words_of(fact)
    return words_ if _same_language(fact.text, draft.brief.language) else f'"{words_}"'


def _words_of(fact: Fact) -> str:
    return sentence(fact.text)


@lru_cache(maxsize=2048)
def sentence(text: str) -> str:
    """Clean, short enough to say, ending as a sentence does."""
    told = clean_reply(text).replace('"', "'")
    kept = ""
    for each in _SENTENCE_END.split(told):
        if kept and len(kept) + len(each) > _LONGEST:
            break
        kept = f"{kept} {each}".strip()
    if len(kept) > _LONGEST * 2:
        kept = kept[: _LONGEST * 2].rsplit(" ", 1)[0] + "..."
    kept = kept[:1].upper() + kept[1:]
    return kept if not kept or kept[-1] in ".!?" else f"{kept}."


@lru_cache(maxsize=2048)
def _same_language(text: str, language: Language) -> bool:
    return detect(text, default=language if _wordless(text) else "en") == language


def _wordless(text: str) -> bool:
    spoken = set(plain(text).split())
    return not any(spoken & lexicon(each).detect.words for each in LANGUAGES)


def _rumour(told: str, language: Language) -> str:
    """The fact as it follows 'they say that'; '' when it does not lend itself to that."""
    spoken = words(told)
    if (
        len(_SENTENCE_END.split(told)) > 1
        or not spoken
        or told[-1] != "."
        or _ONE_SELF & set(spoken)
    ):
        return ""
    return told[0].lower() + told[1:] if spoken[0] in _LOWERED[language] else ""
