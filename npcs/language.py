"""Which of the three languages a chat line is in. Lines are short, so a tie keeps the language in
which the conversation already is."""

from __future__ import annotations

from functools import lru_cache

from npcs.brief import Language
from npcs.folding import plain, words
from npcs.lexicon import LANGUAGES, Lexicon, lexicon

_MARK, _WORD, _ENDING = 2.0, 1.0, 0.4


def detect(text: str, *, default: Language) -> Language:
    scores = _scores(text)
    best = max(scores.values())
    if best == 0 or scores[default] == best:
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
    return {language: _score(lowered, spoken, lexicon(language)) for language in LANGUAGES}


def _score(lowered: str, spoken: list[str], of: Lexicon) -> float:
    score = sum(_MARK for mark in of.detect.marks if mark in lowered)
    for word in spoken:
        if word in of.detect.words:
            score += _WORD
        elif len(spoken) > 1 and len(word) > 4 and word.endswith(of.detect.endings):
            score += _ENDING
    return score
