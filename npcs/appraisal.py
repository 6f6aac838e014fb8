"""What a player's line is worth: as a memory, and for trust."""

from __future__ import annotations

from typing import NamedTuple

from npcs.brief import Language
from npcs.claims import Claim, claim
from npcs.folding import words
from npcs.intents import Intent, classify, is_question, spelled, threatens
from npcs.lexicon import Lexicon, lexicon


class TrustEffect(NamedTuple):
    change: float
    """On the trust scale of 0.0-10.0; at most 1.0 either way."""
    reason: str
    """Empty when nothing changed."""


_BASE = {
    Intent.greeting: 0.5, Intent.farewell: 0.5, Intent.thanks: 1.0, Intent.unknown: 1.0,
    Intent.name: 0.5,
    Intent.remember: 1.0, Intent.question: 1.5, Intent.directions: 1.5, Intent.lore: 1.5,
    Intent.trade: 1.5,
    Intent.quest: 1.5, Intent.insult: 4.0, Intent.apology: 3.0, Intent.statement: 2.5,
}  # fmt: skip
_NEVER_TELLS = (Intent.greeting, Intent.farewell, Intent.remember, Intent.unknown, Intent.name)
_HIGHEST = 8.5


def memorable(text: str, language: Language) -> float:
    """Importance of a player's own line, 0.0-10.0: courtesies near 0, small talk 2-3, a personal
    fact, promise, plan, relation or loss 5-8."""
    intent = classify(text, language)
    score, asks = _BASE[intent], is_question(text, language)
    if claim(text, language) in (Claim.narration, Claim.instructions, Claim.inversion):
        return min(score, 1.0)
    if intent in _NEVER_TELLS or (asks and intent is not Intent.statement):
        return score
    return min(score + _weight(text, language, lexicon(language)), _HIGHEST)


def _weight(text: str, language: Language, of: Lexicon) -> float:
    said = spelled(text, language)
    if not of.first_person.search(said):
        return 0.0
    tokens = set(words(said))
    return (
        2.0 * bool(of.kin & tokens)
        + 2.5 * bool(of.sorrow & tokens)
        + 1.5 * bool(of.joy & tokens)
        + 2.5 * bool(of.plans & tokens)
        + 1.0 * bool(of.promises.search(said))
        + 2.5 * bool(of.own_facts.search(said))
        + 1.5 * bool(of.tastes & tokens)
    )


def trust_effect(intent: Intent, text: str, language: Language) -> TrustEffect:
    if threatens(text, language):
        return TrustEffect(-1.0, "threat")
    kind = claim(text, language)
    if kind and kind is not Claim.demand:
        return TrustEffect(-0.1, f"trick: {kind}")
    if intent is Intent.insult:
        return TrustEffect(-0.6, "insult")
    if intent is Intent.apology:
        return TrustEffect(0.2, "apology")
    if intent is Intent.thanks:
        return TrustEffect(0.2, "thanks")
    if intent is Intent.statement and memorable(text, language) >= 5.0:
        return TrustEffect(0.3, "shared something personal")
    if intent is Intent.quest:
        return TrustEffect(0.1, "offered help")
    if intent in (Intent.greeting, Intent.farewell):
        return TrustEffect(0.05, "courtesy")
    if lexicon(language).polite & set(words(text)):
        return TrustEffect(0.05, "courtesy")
    return TrustEffect(0.0, "")
