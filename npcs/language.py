"""Which of the three languages a chat line is in. Lines are short, so a tie keeps the language in
which the conversation already is."""

from __future__ import annotations

from npcs.brief import Language
from npcs.folding import plain, words
from npcs.lexicon import LANGUAGES, Lexicon, lexicon

_MARK, _WORD, _ENDING = 2.0, 1.0, 0.4


def detect(text: str, *, default: Language) -> Language:
    scores = {language: _score(text, lexicon(language)) for language in LANGUAGES}
    best = max(scores.values())
    if best == 0 or scores[default] == best:
        return default
    return max(LANGUAGES, key=scores.__getitem__)


def _score(text: str, of: Lexicon) -> float:
    lowered = text.lower()
    score = sum(_MARK for mark in of.detect.marks if mark in lowered)
    spoken = words(plain(text))
    for word in spoken:
        if word in of.detect.words:
            score += _WORD
        elif len(spoken) > 1 and len(word) > 4 and word.endswith(of.detect.endings):
            score += _ENDING
    return score
