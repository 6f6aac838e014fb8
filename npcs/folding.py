"""Text made comparable: lower case, no accents, one kind of apostrophe. `fold` keeps the length,
so a match in the folded text can be cut out of the original."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from npcs.korean import is_hangul, without_particles
from npcs.thai import RUN, clusters, segment

_MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
"""Thai vowels and tones above and below: part of a word, though no letters to `re`."""
_WORD = re.compile(rf"(?:[^\W_]|[{_MARKS}])+(?:'[^\W_]+)*")
_NOT_WORD = re.compile(rf"[^\w'{_MARKS}]+|_+")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_APOSTROPHES = dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'")


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    if character in _APOSTROPHES:
        return "'"
    if is_hangul(character):
        return character
    base = unicodedata.normalize("NFD", character)[0].lower()
    return base if len(base) == 1 else character


def fold(text: str) -> str:
    """'Irmã' -> 'irma'; as many characters as before."""
    if text.isascii():
        return text.lower().replace("`", "'")
    return "".join(map(_fold_character, text))


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Folded words with one space between them; 'Hellooo!!' -> 'hello'. Thai has spaces then."""
    return _DRAWN_OUT.sub(r"\1", _NOT_WORD.sub(" ", _apart(fold(text)))).strip()


def words(text: str) -> list[str]:
    """Folded words; Korean ones without their particles."""
    return [root(word) for word in _WORD.findall(_apart(fold(text)))]


def length(text: str) -> int:
    """As many words as the text has; of Thai and Korean, which write several as one, for every
    three clusters or two syllables one."""
    return sum(_many(word) for word in words(text))


def _many(word: str) -> int:
    if word.isascii():
        return 1
    if RUN.match(word):
        return max(1, len(clusters(word)) // 3)
    return max(1, (len(word) + 1) // 2) if is_hangul(word[-1]) else 1


def _apart(text: str) -> str:
    """With spaces between the words of Thai."""
    if text.isascii() or not RUN.search(text):
        return text
    return re.sub(" +", " ", RUN.sub(lambda run: f" {' '.join(segment(run[0]))} ", text))


@lru_cache(maxsize=8192)
def root(word: str) -> str:
    """A folded word as it is looked up."""
    return word if word.isascii() or not is_hangul(word[-1]) else without_particles(word)


def stem(word: str) -> str:
    """The singular, roughly, of a folded word; the same rule for the languages that have one."""
    if len(word) > 4 and word.endswith(("oes", "aes")):
        return word[:-3] + "ao"
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word
