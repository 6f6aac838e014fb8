"""What NPCs call a player. The name is the player's own text: one that is on a word list, or that
speaks to the machine behind the character, is neither said nor put into a prompt. Staff sees it as
it is."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import get_args

from npcs.brief import Language
from npcs.claims import TRICKS, claim
from npcs.moderation.finding import found
from npcs.moderation.lists import Kind, lists

MOST_WORDS = 4
"""A longer one is a sentence."""
_PARTS = re.compile(r"(?<=[a-z])(?=[A-Z])|[\W_]+")
_DECORATED = re.compile(
    r"^(?:xx?|[\d\W_])+(?=[a-z]{3})|(?<=[a-z]{3})(?:xx?|[\d\W_])+$", re.IGNORECASE
)


def called(name: str, language: Language) -> str:
    """The name, or `traveller` in the player's language."""
    return lists(language).stranger if kinds(name) or tricks(name) else name


@lru_cache(maxsize=4096)
def kinds(name: str) -> frozenset[Kind]:
    """What a name holds that is on a list of any language: names have none of their own."""
    forms = {name, " ".join(_parts(name)), _DECORATED.sub("", name)}
    return frozenset().union(*(found(form, each) for form in forms for each in get_args(Language)))


@lru_cache(maxsize=4096)
def tricks(name: str) -> bool:
    """Whether it is no name but talks past the character."""
    parts = _parts(name)
    spoken = " ".join(parts)
    return len(parts) > MOST_WORDS or any(
        claim(form, each) in TRICKS for form in (name, spoken) for each in get_args(Language)
    )


def _parts(name: str) -> list[str]:
    return [part for part in _PARTS.split(name) if part]
