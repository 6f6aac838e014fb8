"""Which language a chat line is in: by its script where that tells, else by its words. Lines are
short, so a tie keeps the language in which the conversation already is."""

from __future__ import annotations

import re
from functools import lru_cache

from npcs.brief import Language
from npcs.folding import plain, words
from npcs.lexicon import LANGUAGES, Lexicon, lexicon

_MARK, _WORD, _ENDING, _SCRIPT = 2.0, 1.0, 0.4, 10.0
_SCRIPTS: dict[Language, re.Pattern[str]] = {
    "th": re.compile("[\u0e01-\u0e4e]"),
    "ko": re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]"),
}
"""Letters that only one language has. Names of places are Latin in them too, and 'ok' and 'thx'."""
_SHARE = 0.25
"""Of a line's letters, from which a script decides."""


def detect(text: str, *, default: Language) -> Language:
    scores = _scores(text)
    best = max(scores.values())
    if best == 0 or scores[default] == best or (default in _SCRIPTS and _mere(text)):
        return default
    return max(LANGUAGES, key=scores.__getitem__)


def evident(text: str) -> Language | None:
    """The language a text tells of itself; None where it does not tell, or tells two."""
    scores = _scores(text)
    best = max(LANGUAGES, key=scores.__getitem__)
    others = [score for language, score in scores.items() if language != best]
    return best if scores[best] > max(others) else None


@lru_cache(maxsize=16384)
def _scores(text: str) -> dict[Language, float]:
    lowered, spoken = text.lower(), words(plain(text))
    scores = {language: _score(lowered, spoken, lexicon(language)) for language in LANGUAGES}
    letters = sum(character.isalpha() for character in text) or 1
    for language, script in _SCRIPTS.items():
        found = len(script.findall(text))
        scores[language] += _SCRIPT if found >= _SHARE * letters and found else 0.0
    return scores


def _mere(text: str) -> bool:
    """One Latin word, which players of every language type: 'ok', 'thx', 'hello'."""
    return len(text.split()) < 2 and text.isascii()


def _score(lowered: str, spoken: list[str], of: Lexicon) -> float:
    score = sum(_MARK for mark in of.detect.marks if mark in lowered)
    for word in spoken:
        if word in of.detect.words:
            score += _WORD
        elif len(spoken) > 1 and len(word) > 4 and word.endswith(of.detect.endings):
            score += _ENDING
    return score
