"""What a player's line is for, by rules. `appraisal` says what it is worth."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from npcs.brief import Language
from npcs.folding import fold, plain, words
from npcs.lexicon import Lexicon, lexicon


class Intent(StrEnum):
    greeting = "greeting"
    farewell = "farewell"
    name = "name"
    directions = "directions"
    lore = "lore"
    trade = "trade"
    quest = "quest"
    thanks = "thanks"
    insult = "insult"
    apology = "apology"
    remember = "remember"
    statement = "statement"
    question = "question"
    unknown = "unknown"


_QUOTED = re.compile(
    '["\u201c\u201d\u00ab\u00bb][^"\u201c\u201d\u00ab\u00bb]*["\u201c\u201d\u00ab\u00bb]'
)
_CONTENT = (Intent.name, Intent.quest, Intent.trade, Intent.directions, Intent.lore)
_LONG_ENOUGH_TO_MISTYPE = 4
_OWN_KIN = re.compile(r"\b(?:my|meus?|minhas?|mis?) (\w+)")


@lru_cache(maxsize=2048)
def classify(text: str, language: Language) -> Intent:
    """Content goes before courtesy: 'hi, where is the smith?' asks for directions."""
    of = lexicon(language)
    if (told := untold(text, language)) != text and not is_question(told, language):
        return Intent.statement
    said = spelled(text, language)
    asks = is_question(text, language)
    if not said:
        return Intent.unknown
    if of.intents.remember.search(said) or asked_kind(text, language):
        return Intent.remember
    if insults(text, language) or threatens(text, language):
        return Intent.insult
    content = next((each for each in _CONTENT if getattr(of.intents, each).search(said)), None)
    own = of.kin.intersection(_OWN_KIN.findall(said))
    if asks and own and content in (None, Intent.lore):
        return Intent.remember
    if content and (
        asks or not _tells_of_self(said, of) or content in (Intent.quest, Intent.trade)
    ):
        return content
    return _courtesy(said, of, asks=asks) or content or _remainder(said, of, asks=asks)


def untold(text: str, language: Language) -> str:
    """Without the request that goes before: 'please remember that I ...' -> 'I ...'."""
    match = lexicon(language).requests.search(fold(text))
    return text[match.end() :].strip() if match and text[match.end() :].strip() else text


@lru_cache(maxsize=2048)
def asked_kind(text: str, language: Language) -> str:
    """What kind of fact about themselves a player asks for ('home', 'name' ...); '' if for none."""
    said = plain(text)
    asked = lexicon(language).asked
    return next((kind for kind, pattern in asked.items() if pattern.search(said)), "")


def _courtesy(said: str, of: Lexicon, *, asks: bool) -> Intent | None:
    if of.intents.thanks.search(said) and of.intents.farewell.search(said):
        return Intent.farewell
    if of.intents.apology.search(said):
        return Intent.apology
    if of.intents.thanks.search(said):
        return Intent.thanks
    if of.intents.farewell.search(said) and len(said.split()) <= 8:
        return Intent.farewell
    greets = of.intents.greeting.search(said)
    if greets and not of.first_person.search(said[greets.end() :]):
        rest = said[greets.end() :]
        asks_on = asks and not of.intents.greeting.search(rest.strip())
        known = of.stopwords | of.detect.words
        return None if asks_on and set(words(rest)) - known else Intent.greeting
    return None


def _remainder(said: str, of: Lexicon, *, asks: bool) -> Intent:
    if asks:
        return Intent.question
    tokens = said.split()
    if of.first_person.search(said) and len(tokens) > 1:
        return Intent.statement
    known = sum(token in of.stopwords or token in of.detect.words for token in tokens)
    return Intent.statement if len(tokens) >= 3 and known else Intent.unknown


def _tells_of_self(said: str, of: Lexicon) -> bool:
    return bool(of.own_facts.search(said))


def is_question(text: str, language: Language) -> bool:
    return "?" in text or bool(lexicon(language).question_start.search(plain(text)))


def insults(text: str, language: Language) -> bool:
    """Meant for the listener: not quoted, not denied, not said of somebody else, not reported."""
    of = lexicon(language)
    said = spelled(_QUOTED.sub(" ", text), language)
    if of.insult_phrases.search(said):
        return True
    tokens = said.split()
    return any(_strikes(tokens, at, of) for at, token in enumerate(tokens) if token in of.insults)


def _strikes(tokens: list[str], at: int, of: Lexicon) -> bool:
    before = tokens[max(0, at - 4) : at]
    if of.negations.intersection(tokens[max(0, at - 3) : at]) or of.reporting.intersection(before):
        return False
    if of.second_person.intersection(before) or of.second_person.intersection(
        tokens[at + 1 : at + 2]
    ):
        return True
    return (
        len(tokens) <= 3 and not of.first_person.search(" ".join(tokens)) and not _third(tokens, of)
    )


def _third(tokens: list[str], of: Lexicon) -> bool:
    return bool(of.kin.intersection(tokens))


def threatens(text: str, language: Language) -> bool:
    return bool(lexicon(language).threats.search(plain(_QUOTED.sub(" ", text))))


@lru_cache(maxsize=2048)
def spelled(text: str, language: Language) -> str:
    """Plain words, with the commonest slips of the fingers in key words put right."""
    of = lexicon(language)
    return " ".join(_corrected(token, of) for token in plain(fold(text)).split())


def _corrected(token: str, of: Lexicon) -> str:
    if len(token) < _LONG_ENOUGH_TO_MISTYPE or token in of.spelling:
        return token
    if token in of.stopwords or token in of.detect.words or token in of.insults:
        return token
    return next((word for word in sorted(of.spelling) if _one_slip(token, word)), token)


def _one_slip(one: str, other: str) -> bool:
    """One letter changed, added, dropped or swapped with the next; never the first letter, and
    never the last, which is grammar ('vendes', 'vender')."""
    if one[0] != other[0] or abs(len(one) - len(other)) > 1:
        return False
    head = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if head is None or head == len(one) - 1 == len(other) - 1:
        return False
    a, b = one[head:], other[head:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or a[1::-1] + a[2:] == b
