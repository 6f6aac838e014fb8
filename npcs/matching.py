"""What a line is about, as keys that compare across words and languages."""

from __future__ import annotations

from functools import lru_cache

from npcs.brief import Language
from npcs.folding import stem, words
from npcs.lexicon import LANGUAGES, concepts, lexicon


@lru_cache(maxsize=4096)
def subjects(text: str, language: Language | None = None) -> frozenset[str]:
    """The ideas and content words of `text`: 'my sister Mira' -> {'kin.sister', 'mira'}.
    With no language, the stop-words of all three are left out."""
    known = concepts()
    keys = set()
    for word in words(text):
        root = stem(word)
        if root in known:
            keys.add(known[root])
        elif len(word) > 2 and not _is_stopword(word, language):
            keys.add(root)
    return frozenset(keys)


def _is_stopword(word: str, language: Language | None) -> bool:
    languages = (language,) if language else LANGUAGES
    return any(word in lexicon(each).stopwords for each in languages)


def kin(keys: frozenset[str]) -> frozenset[str]:
    return frozenset(key for key in keys if key.startswith("kin."))


def overlap(one: frozenset[str], other: frozenset[str]) -> int:
    """How many keys of `one` are in `other`; long words may differ in their ending."""
    return sum(key in other or any(_akin(key, each) for each in other) for key in one)


def _akin(one: str, other: str) -> bool:
    shared = min(len(one), len(other))
    return (
        shared >= 5
        and "." not in one + other
        and one[: max(5, shared - 2)] == other[: max(5, shared - 2)]
    )
