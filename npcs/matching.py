"""What a line is about, as keys that compare across words and languages."""

from __future__ import annotations

from functools import lru_cache

from npcs.brief import Language
from npcs.folding import stem, words
from npcs.language import evident
from npcs.lexicon import LANGUAGES, lexicon
from npcs.lexicon.concepts import concepts

_TELLING = 5
"""Letters from which a word of another language is taken for one: Spanish 'pan' is no pan."""


@lru_cache(maxsize=16384)
def subjects(text: str, language: Language | None = None) -> frozenset[str]:
    """The ideas and content words of `text`: 'my sister Mira' -> {'kin.sister', 'mira'}.
    With no language, that of the text itself, or all three if it does not tell."""
    spoken = [word.removesuffix("'s").removesuffix("'") for word in words(text)]
    language = language or evident(text)
    keys = set()
    joined = False
    for at, word in enumerate(spoken):
        if joined:  # the second half of 'pandai besi'
            joined = False
            continue
        key = _two_words(spoken[at : at + 2], language)
        joined = key is not None
        key = key or _idea(word, language, spoken[at - 1] if at else "")
        if key:
            keys.add(key)
        elif len(word) > (2 if word.isascii() else 1) and not _is_stopword(word, language):
            keys.add(stem(word))
    return frozenset(keys)


def _idea(word: str, language: Language | None, before: str) -> str | None:
    """In the text's own language first; a word of another only if it means nothing in this one."""
    known = concepts()
    own = language or "en"
    if key := known.key(word, own, before):
        return key
    if language and (len(word) < _TELLING or word in lexicon(language).stopwords):
        return None
    others = (each for each in LANGUAGES if each != own)
    return next((key for each in others if (key := known.key(word, each, before))), None)


def _two_words(pair: list[str], language: Language | None) -> str | None:
    """An idea of two words: Indonesian 'rumah sakit'."""
    if len(pair) < 2:
        return None
    both = "_".join(pair)
    languages = (language,) if language else LANGUAGES
    return next((key for each in languages if (key := concepts().words[each].get(both))), None)


def _is_stopword(word: str, language: Language | None) -> bool:
    languages = (language,) if language else LANGUAGES
    return any(word in lexicon(each).stopwords for each in languages)


def kin(keys: frozenset[str]) -> frozenset[str]:
    return frozenset(key for key in keys if key.startswith("kin."))


def telling(keys: frozenset[str]) -> frozenset[str]:
    """Without the ideas that many lines share: 'work', 'find', 'big'."""
    return keys - concepts().faint


def missing_kin(asked: frozenset[str], found: frozenset[str]) -> bool:
    """Somebody is asked about of whom nothing is found: the brother, where the sister is."""
    return any(not _met(key, found) for key in kin(asked))


def overlap(one: frozenset[str], other: frozenset[str]) -> int:
    """How many keys of `one` are in `other`; long words may differ in their ending."""
    return sum(_met(key, other) for key in one)


_SHORTEST_KIN = 5
"""Characters; shorter words are other words when they end in another way."""


def _met(key: str, found: frozenset[str]) -> bool:
    if key in found:
        return True
    if "." in key:
        return not found.isdisjoint(concepts().wider.get(key, ()))
    head = key[:_SHORTEST_KIN]  # compared first: this runs for every word of every memory
    return any(each.startswith(head) and _akin(key, each) for each in found)


def _akin(one: str, other: str) -> bool:
    """The same word with another ending: 'geffen' and 'geffens', 'Tilda' is not 'Till'."""
    shared, longer = sorted((len(one), len(other)))
    if shared < _SHORTEST_KIN or "." in one + other:
        return False
    alike = max(_SHORTEST_KIN, longer - 3)
    return one[:alike] == other[:alike]
