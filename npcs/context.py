"""Lines that lean on what was said before: 'tell me more', 'and where is that?', 'why?'."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from npcs.brief import Language, Turn
from npcs.folding import plain, words
from npcs.intents import Intent, classify, is_question
from npcs.language import detect
from npcs.lexicon import lexicon
from npcs.matching import subjects, telling

Leaning = Literal["more", "reason", "source", "pointing", ""]
_OPEN = (Intent.question, Intent.directions, Intent.lore, Intent.trade, Intent.unknown)
_LONGEST, _SHORT = 60, 6


@lru_cache(maxsize=2048)
def leaning(text: str, language: Language) -> Leaning:
    """How a line leans on the one before; '' if it stands on its own."""
    of, said = lexicon(language), plain(text)
    if of.more.search(said):
        return "more"
    if of.reasons.search(said):
        return "reason"
    if of.sources.search(said) and len(said.split()) <= _SHORT:
        return "source"
    if classify(text, language) not in _OPEN or not is_question(text, language):
        return ""
    bare = not telling(subjects(text, language))
    return "pointing" if bare and of.pointing.search(said) else ""


def about(text: str, language: Language, recent: Sequence[Turn]) -> str:
    """What to look for: the line, and if it leans on what was said before, the words of that."""
    if not recent or not leaning(text, language):
        return text
    spoken = [turn.text for turn in recent[-4:]]
    return " ".join([text, *(_content(each) for each in reversed(spoken))])


def _content(text: str) -> str:
    stopwords = lexicon(detect(text, default="en")).stopwords
    return " ".join([word for word in words(text) if word not in stopwords][:_LONGEST])
