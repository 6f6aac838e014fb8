"""What an option of a decision amounts to, told from its words in any of the languages."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Literal, get_args

from npcs.folding import fold, plain
from npcs.lexicon import read_yaml

Act = Literal[
    "help", "fight", "flee", "talk", "trade", "give", "refuse", "deceive", "explore", "wait",
    "report", "punish", "other",
]  # fmt: skip
ACTS: tuple[Act, ...] = get_args(Act)
ANYWHERE = ("th", "ko")
"""Languages whose words are looked for anywhere: they have no spaces, or endings that change."""
WHOLE = 3
"""Letters of a word up to which it has to stand alone."""


@lru_cache(maxsize=4096)
def act_of(text: str) -> Act:
    """The act whose word stands first in it; "other" if none does."""
    spaced, raw = f" {plain(text)} ", fold(text)
    found: list[tuple[int, int, Act]] = []
    for act, beginnings, parts in _words():
        places = [(at, -len(word)) for word in beginnings if (at := spaced.find(word)) >= 0]
        places += [(at, -len(word)) for word in parts if (at := raw.find(word)) >= 0]
        found += [(*min(places), act)] if places else []
    return min(found)[2] if found else "other"


@cache
def _words() -> tuple[tuple[Act, tuple[str, ...], tuple[str, ...]], ...]:
    """Per act: beginnings of words, and parts of words."""
    known: dict[Act, dict[str, list[str]]] = read_yaml("npcs", "acts.yaml")
    return tuple(
        (
            act,
            tuple(_begins(each) for name in by if name not in ANYWHERE for each in by[name]),
            tuple(fold(each) for name in ANYWHERE for each in by[name]),
        )
        for act, by in known.items()
    )


def _begins(word: str) -> str:
    return f" {plain(word)} " if len(word) <= WHOLE else f" {plain(word)}"
