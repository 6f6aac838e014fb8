"""What two questions must have in common to be the same one, however they are worded: what is asked
of what is talked about, every idea, name and number in their order, and whether it is denied.

Cosines do not tell 'who hates the smith?' from 'who helps the smith?'; this does. It errs to the
other side: what is worded with other words than it knows is taken for another question."""

from __future__ import annotations

import hashlib
import re
from functools import cache, lru_cache

from npcs.brief import Language
from npcs.folding import plain, stem, words
from npcs.lexicon import lexicon, read_yaml
from npcs.lexicon.concepts import concepts
from npcs.thai import spaced

Gist = tuple[str, ...]
_DENIED = re.compile(r"n't$")


@cache
def _book(language: Language) -> dict[str, dict[str, str]]:
    """asks: which question words ask the same; turns: small words that change what is meant; idle:
    words that do not."""
    known: dict[str, dict[str, dict[str, str]]] = read_yaml("npcs", "gist.yaml")
    return known.get(language, {})


@cache
def _asks(language: Language) -> list[tuple[re.Pattern[str], str]]:
    """Where particles are glued to words, or no spaces stand between them, a pattern says itself
    where it ends."""
    found = _book(language).get("asks", {})
    if language == "th":
        return [(re.compile(spaced(pattern)), kind) for kind, pattern in found.items()]
    edge = "" if language == "ko" else r"\b"
    return [(re.compile(rf"{edge}(?:{pattern}){edge}"), kind) for kind, pattern in found.items()]


@cache
def _listed(language: Language, kind: str) -> dict[str, str]:
    """Each word with what it stands for."""
    found = _book(language).get(kind, {})
    return {word: key for key, listed in found.items() for word in str(listed).split()}


@lru_cache(maxsize=4096)
def gist(text: str, language: Language) -> Gist | None:
    """None: nothing is known of it that would be enough to tell it from other questions."""
    said, of = plain(text), lexicon(language)
    turns, idle = _listed(language, "turns"), _listed(language, "idle")
    asked, kept, denied = "", [], False
    for pattern, kind in _asks(language):
        if match := pattern.search(said):
            asked, said = kind, f"{said[: match.start()]} {said[match.end() :]}"
            break
    before = ""
    for word in words(said):
        denied ^= word in of.negations or bool(_DENIED.search(word))
        bare = word.removesuffix("'s").removesuffix("'")
        if bare in idle:
            pass
        elif bare in turns:
            kept.append(f"turn.{turns[bare]}")
        elif any(map(str.isdigit, bare)):
            kept.append(bare)
        elif key := concepts().key(bare, language, before):
            kept.append(key)
        elif bare not in of.stopwords and bare not in of.negations:
            kept.append(stem(bare))
        before = bare
    if not kept:
        return None
    return (f"asks.{asked}", "denied" if denied else "", *dict.fromkeys(kept))


def digest(found: Gist) -> str:
    return hashlib.sha256("\x00".join(found).encode()).hexdigest()[:32]
