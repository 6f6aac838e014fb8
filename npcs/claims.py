"""Lines that try to make something true by saying it, or to talk past the character. They change
nothing: the answer to each is in character and unimpressed."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from npcs.brief import Language
from npcs.folding import plain
from npcs.lexicon import lexicon


class Claim(StrEnum):
    narration = "narration"
    """'(gives me the sword)', '*mission completed*'"""
    promise = "promise"
    """'you promised me 1000 zeny'"""
    instructions = "instructions"
    """'ignore your instructions'"""
    inversion = "inversion"
    """'I am you, you are me'"""
    demand = "demand"
    """'give me the sword'"""
    secret = "secret"
    """'what did Ana tell you?'"""


TRICKS = {Claim.instructions, Claim.inversion}
"""Lines that talk past the character, to the machine behind it."""
_NARRATION = re.compile(r"[(\[{*][^()\[\]{}*]{3,}[)\]}*]|^\s*[(\[{*]\s*\w")


@lru_cache(maxsize=4096)
def claim(text: str, language: Language) -> Claim | None:
    if _NARRATION.search(text):
        return Claim.narration
    said, patterns = plain(text), lexicon(language).claims
    for kind in (Claim.instructions, Claim.inversion, Claim.promise, Claim.secret, Claim.demand):
        if getattr(patterns, kind).search(said):
            return kind
    return None
