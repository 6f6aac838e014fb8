"""Text made comparable: lower case, no accents, one kind of apostrophe. `fold` keeps the length,
so a match in the folded text can be cut out of the original."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_NOT_WORD = re.compile(r"[^\w']+|_+")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_APOSTROPHES = dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'")


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    if character in _APOSTROPHES:
        return "'"
    base = unicodedata.normalize("NFD", character)[0].lower()
    return base if len(base) == 1 else character


def fold(text: str) -> str:
    """'Irmã' -> 'irma'; as many characters as before."""
    if text.isascii():
        return text.lower().replace("`", "'")
    return "".join(map(_fold_character, text))


def plain(text: str) -> str:
    """Folded words with one space between them; 'Hellooo!!' -> 'hello'."""
    return _DRAWN_OUT.sub(r"\1", _NOT_WORD.sub(" ", fold(text))).strip()


def words(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def stem(word: str) -> str:
    """The singular, roughly, of a folded word; the same rule for the three languages."""
    if len(word) > 4 and word.endswith(("oes", "aes")):
        return word[:-3] + "ao"
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word
