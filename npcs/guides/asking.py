"""What a player asks of the server's own data, by words of their language. The names of things
are not among them: those are the server's (`looking`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from npcs.brief import Language
from npcs.folding import fold
from npcs.lexicon import read_yaml

NUMBER = re.compile(r"(?<!\d)(\d{1,3})(?!\d)")


@dataclass(frozen=True)
class Asked:
    """Which kinds of words are in the line."""

    words: frozenset[str]
    """Of loot, get, level, lives, buy, sell, spot."""
    number: int
    """The first there is, else 0."""

    def __bool__(self) -> bool:
        return bool(self.words)

    @property
    def of_nothing(self) -> bool:
        """Whether it may be asked without a name: which map fits a level."""
        return {"level", "spot"} <= self.words


@lru_cache(maxsize=1024)
def asked(text: str, language: Language) -> Asked:
    said = fold(text)
    found = frozenset(name for name, pattern in _patterns(language).items() if pattern.search(said))
    number = NUMBER.search(said)
    return Asked(found, int(number[1]) if number else 0)


def is_word(name: str, language: Language) -> bool:
    """Whether a name of something is a word that one asks with: the monster called Drops."""
    return any(p.fullmatch(fold(name)) for p in _patterns(language).values())


@cache
def _patterns(language: Language) -> dict[str, re.Pattern[str]]:
    book: dict[str, dict[str, str]] = read_yaml("npcs.guides", "questions.yaml")
    return {name: re.compile(pattern) for name, pattern in book[language].items()}
