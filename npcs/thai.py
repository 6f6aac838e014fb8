"""Words of Thai, which is written without spaces: the fewest words of the lexicon that cover a run,
and what is in none of them stays together, cut only where a reader may cut."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
RUN = re.compile("[\u0e01-\u0e3a\u0e40-\u0e4e]+")
_LETTER = re.compile("([\u0e01-\u0e3a\u0e40-\u0e4e])(?![?*+{])")
_CLUSTER = re.compile(
    "[\u0e40-\u0e44]?[\u0e01-\u0e30\u0e32\u0e33\u0e45\u0e46]?"
    "[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]*[\u0e30\u0e32\u0e33\u0e45\u0e46]*"
)
"""A leading vowel, a consonant, what stands above and below it, and what follows as its vowel."""
_UNKNOWN = 3
"""What a cluster that is in no word costs beside a word."""


@cache
def _vocabulary() -> frozenset[str]:
    folder = resources.files("npcs.lexicon")
    found: set[str] = set()
    for name in ("th.yaml", "concepts.th.yaml", "words.th.yaml"):
        if (file := folder.joinpath(name)).is_file():
            read = yaml.load(file.read_bytes(), Loader=_LOADER)  # nosec B506: a safe one
            found |= set(RUN.findall(" ".join(_strings(read))))
    return frozenset(found)


def _strings(value: object) -> Iterator[str]:
    """Lists of words; patterns stand in lists of their own or hold marks of their own."""
    if isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, str) and not set(value) & set("()[]|\\^$?"):
        yield value


@cache
def _longest() -> int:
    return max(map(len, _vocabulary()), default=0)


def spaced(pattern: str) -> str:
    """A regular expression whose Thai may have a space after any letter, as segmented text has."""
    return _LETTER.sub(r"\1 ?", pattern)


def clusters(run: str) -> list[str]:
    """Pieces between which a line may break where no word is known."""
    return [piece for piece in _CLUSTER.findall(run) if piece]


@lru_cache(maxsize=8192)
def segment(run: str) -> tuple[str, ...]:
    """The words of a run of Thai letters; joined they are the run again. Maximal matching: fewest
    words, and unknown clusters cost more than words."""
    pieces = clusters(run)
    known, most = _vocabulary(), _longest()
    best: list[tuple[int, int, bool]] = [(0, 0, False)]
    for end in range(1, len(pieces) + 1):
        options = [(best[end - 1][0] + _UNKNOWN, end - 1, False)]
        length = 0
        for start in range(end - 1, -1, -1):
            length += len(pieces[start])
            if length > most:
                break
            if "".join(pieces[start:end]) in known:
                options.append((best[start][0] + 1, start, True))
        best.append(min(options))
    return tuple(_backwards(pieces, best))


def _backwards(pieces: list[str], best: list[tuple[int, int, bool]]) -> list[str]:
    found: list[str] = []
    end, joins = len(pieces), False
    while end:
        _, start, known = best[end]
        piece = "".join(pieces[start:end])
        if joins and not known:
            found[-1] = piece + found[-1]
        else:
            found.append(piece)
        joins, end = not known, start
    return found[::-1]
