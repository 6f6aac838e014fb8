"""What can point to a role: a name, a look, a command. Each clue gives its reason or ""."""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from dataclasses import dataclass

from npcs.scripts.records import Shop
from npcs.scripts.sprites import Look


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    name: str
    sprite: str
    words: Set[str] = frozenset()
    """Commands the script uses, lower case."""
    functions: Set[str] = frozenset()
    shop: Shop | None = None


Clue = Callable[[Evidence], str]


def named(pattern: str) -> Clue:
    words = re.compile(rf"\b(?:{pattern})(?!\w)", re.IGNORECASE)

    def clue(evidence: Evidence) -> str:
        match = words.search(evidence.name)
        return f"name contains {match[0]!r}" if match else ""

    return clue


def is_called(pattern: str) -> Clue:
    """The name ends in it: a Flower Girl is no flower."""
    words = re.compile(rf"\b(?:{pattern})[\W\d]*\Z", re.IGNORECASE)

    def clue(evidence: Evidence) -> str:
        match = words.search(evidence.name)
        return f"name ends in {match[0].strip()!r}" if match else ""

    return clue


def looks(look: Look) -> Clue:
    def clue(evidence: Evidence) -> str:
        return f"sprite {evidence.sprite}" if look.fits(evidence.sprite) else ""

    return clue


def does(*words: str) -> Clue:
    wanted = frozenset(words)

    def clue(evidence: Evidence) -> str:
        used = sorted(wanted & evidence.words)
        return f"script uses {used[0]}" if used else ""

    return clue


def does_not(*words: str) -> Clue:
    unwanted = frozenset(words)

    def clue(evidence: Evidence) -> str:
        return "" if unwanted & evidence.words else f"no {words[0]}"

    return clue


def calls(pattern: str) -> Clue:
    names = re.compile(pattern, re.IGNORECASE)

    def clue(evidence: Evidence) -> str:
        called = sorted(filter(names.search, evidence.functions))
        return f"script calls {called[0]}" if called else ""

    return clue


def sells(evidence: Evidence) -> str:
    return f"sells goods ({evidence.shop.kind})" if evidence.shop else ""


def one_of(*clues: Clue) -> Clue:
    def clue(evidence: Evidence) -> str:
        return next(filter(None, (one(evidence) for one in clues)), "")

    return clue


def both(first: Clue, second: Clue) -> Clue:
    def clue(evidence: Evidence) -> str:
        reasons = first(evidence), second(evidence)
        return " and ".join(reasons) if all(reasons) else ""

    return clue


def given(clue: Clue, *conditions: Clue) -> Clue:
    """`clue`, provided that the conditions hold too; only its own reason is told."""

    def guarded(evidence: Evidence) -> str:
        return clue(evidence) if all(one(evidence) for one in conditions) else ""

    return guarded
