"""Text as the word lists see it: tricks of spelling undone, as far as that is safe.

Undone are accents on Latin letters, full-width forms, look-alike Cyrillic and Greek letters, digits
for letters inside a word (5h1t), marks between letters (f.u.c.k), letters apart (f u c k) and drawn
out ones (fuuuck). Words are never joined across a space: that is how Scunthorpe and 다시 발견
happen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_LEET = str.maketrans("013457@$!|", "oieastasii")
_LOOKALIKES = str.maketrans("аеорсхуіѕкмтнвαεορτυικνµ", "aeopcxyiskmthbaeoptuiknu")
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'"))
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[.,](?=\d)")
_PUNCTUATION = re.compile(r"[^\w'\s\u0300-\u036f\u0e00-\u0e7f]|_")
_SPACES = re.compile(r"\s+")
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_MARKED = re.compile(r"[^\W\d_](?:[.\-_*~·][^\W\d_]){2,}")
_LATIN = re.compile(r"[a-z]")
_SINGLES = 3


def flattened(text: str) -> str:
    """Lower case, one kind of each letter, punctuation as spaces; words stay apart."""
    seen = _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).translate(_APOSTROPHES)
    seen = seen.casefold()
    folded = seen if seen.isascii() else "".join(map(_folded, seen))
    joined = _MARKED.sub(lambda found: re.sub(r"[.\-_*~·]", "", found[0]), folded)
    held = _BETWEEN_DIGITS.sub("", joined)
    return _SPACES.sub(" ", _PUNCTUATION.sub(" ", held)).strip()


@lru_cache(maxsize=4096)
def flat(text: str) -> str:
    """The same for a line, which is looked at several times."""
    return flattened(text)


@lru_cache(maxsize=8192)
def _folded(character: str) -> str:
    if character.isascii():
        return character
    if character <= "\u024f" or "\u1e00" <= character <= "\u1eff":
        return unicodedata.normalize("NFD", character)[0]
    return character.translate(_LOOKALIKES)


@lru_cache(maxsize=4096)
def tokens(text: str) -> frozenset[str]:
    """The words of `text`, each in every spelling it may stand for."""
    return frozenset(each for word in _apart(_words(text)) for each in _spellings(word))


def _words(text: str) -> list[str]:
    # Marks that stand for letters would be gone in flat(): here they are read.
    raw = unicodedata.normalize("NFKC", text).casefold()
    signs = [_undone(word.strip(".,;:!?\"'()[]{}*")) for word in raw.split()]
    return [*flat(text).split(), *(word for word in signs if word)]


def _undone(word: str) -> str:
    if not any(sign in word for sign in "@$!|"):
        return ""
    made = "".join(map(_folded, word.translate(_LEET)))
    return made if made.isalpha() else ""


def _apart(words: list[str]) -> Iterator[str]:
    """The words, and runs of single letters as one word."""
    run: list[str] = []
    for word in [*words, ""]:
        if len(word) == 1 and word.isalpha():
            run.append(word)
            continue
        if len(run) >= _SINGLES:
            yield "".join(run)
        run = []
        if word:
            yield word


def _spellings(word: str) -> Iterator[str]:
    for form in (word, word.removesuffix("'s")):
        yield form
        if _LATIN.search(form) and not form.isalpha():
            form = form.translate(_LEET)
            yield form
        if (once := _DRAWN_OUT.sub(r"\1", form)) != form:
            yield once
            yield _DRAWN_OUT.sub(r"\1\1", form)
