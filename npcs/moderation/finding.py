"""What a line holds that is on a list."""

from __future__ import annotations

import re
from functools import lru_cache

from npcs.moderation.flattening import flat, tokens
from npcs.moderation.lists import DEFAULT, LANGUAGES, SEVERE, Kind, Lists, Rule, lists

_THAI, _KOREAN = (
    re.compile(r"[\u0e00-\u0e7f]"),
    re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]"),
)
MASK = "***"
_PIECE = re.compile(r"\S+")


def spoken(text: str, language: str) -> tuple[str, ...]:
    """The languages whose lists count: the line's own, English, and those its script tells."""
    found = [language, DEFAULT]
    found += ["th"] if _THAI.search(text) else []
    found += ["ko"] if _KOREAN.search(text) else []
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=4096)
def found(text: str, language: str) -> frozenset[Kind]:
    """The kinds of what is in `text`; empty for nearly every line."""
    kinds: set[Kind] = set()
    for each in spoken(text, language):
        of = lists(each)
        kinds |= {kind for kind, rule in of.rules.items() if _holds(text, rule, of)}
        if _holds(text, of.sexual, of) and _holds(text, of.minor, of):
            kinds.add(Kind.MINORS)
    return frozenset(kinds)


def severe(text: str, language: str) -> Kind | None:
    """The gravest kind that stops a talk, or None."""
    kinds = found(text, language) & SEVERE
    return next((kind for kind in (Kind.MINORS, Kind.SELF_HARM, Kind.THREAT, Kind.SLUR)
                 if kind in kinds), None)  # fmt: skip


def grants(text: str) -> bool:
    """Whether it says, in any of the languages, that something was handed over or a quest is done:
    no NPC's words do that."""
    return any(_holds(text, lists(each).granted, lists(each)) for each in LANGUAGES)


@lru_cache(maxsize=1024)
def masked(text: str, language: str) -> str:
    """Swear words as ***; the rest as it was."""
    if Kind.MILD not in found(text, language):
        return text
    rest = _PIECE.sub(lambda piece: _word_masked(piece[0], language), text)
    if Kind.MILD not in found(rest, language):
        return rest
    # Spelled over several pieces (f u c k), or a phrase: what is left is not worth keeping.
    return MASK


def _word_masked(word: str, language: str) -> str:
    return MASK if Kind.MILD in found(word, language) else word


def _holds(text: str, rule: Rule, of: Lists) -> bool:
    words = tokens(text) if rule.exact or rule.stems else frozenset()
    if not rule.exact.isdisjoint(words):
        return True
    if rule.stems and any(word.startswith(rule.stems) for word in words):
        return True
    if not rule.pattern:
        return False
    line = of.innocent.sub(" ", flat(text)) if of.innocent else flat(text)
    return bool(rule.pattern.search(line))
