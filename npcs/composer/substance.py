"""Which of a character's lines tell something, and which only react: 'Then good day.'"""

from __future__ import annotations

import re
from functools import lru_cache

from npcs.brief import Fact
from npcs.folding import fold, length, words
from npcs.intents import Intent, classify
from npcs.language import detect
from npcs.matching import subjects, telling

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_REACTS = frozenset(
    words(
        "then and so but there done good wonderful thanks thank no yes welcome peace oh ah well "
        "hm very may entao e mas pronto otimo bom obrigado sim nao bem paz entonces y pero listo "
        "bueno gracias si bien come walk"
    )
)
_ADDRESS = frozenset(words("you your voce vc seu sua tu usted te tus su"))
_FEWEST_WORDS = 4


@lru_cache(maxsize=4096)
def substance(topic: str, text: str) -> str:
    """Its telling sentences; '' if there is none. A farewell's line tells nothing."""
    language = detect(f"{topic} {text}", default="en")
    if topic and classify(topic, language) in (Intent.farewell, Intent.thanks):
        return ""
    kept = [each for each in _SENTENCE_END.split(text.replace("\n", " ")) if _tells(each)]
    return " ".join(kept)


def _tells(sentence: str) -> bool:
    spoken = words(sentence)
    if length(sentence) < _FEWEST_WORDS or sentence.rstrip().endswith("?"):
        return False
    keys = telling(subjects(sentence))
    if spoken[0] in _REACTS:
        return False
    if _ADDRESS & set(spoken) and len(keys) < 2:
        return False
    return len(subjects(sentence)) >= 2 or any(each.isdigit() for each in spoken)


def reacts(fact: Fact) -> bool:
    return not substance(fact.topic, fact.text)


def spoken(text: str) -> str:
    """Without a lone word in front and a bare question behind: 'There. It is free. And you?'"""
    first, _, rest = text.partition(". ")
    if rest and len(first.split()) == 1 and fold(first) in _REACTS:
        text = rest
    sentences = _SENTENCE_END.split(text)
    if len(sentences) > 1 and sentences[-1].endswith("?") and len(sentences[-1].split()) <= 5:
        sentences.pop()
    return " ".join(sentences)
