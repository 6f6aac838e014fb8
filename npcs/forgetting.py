"""What an NPC lets go of, and in which order: what matters little and was long not thought of.

Pure rules; `consolidation` reads and writes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from npcs.terms import folded

NEVER = 10.0
"""Importance (0-10) that never fades."""
LONG_TERM = 6.0
"""Importance from which a memory goes only when there is no room."""
FADED = 0.5
"""Strength under which a memory of short term is let go."""
HALF_LIFE = timedelta(days=10)
"""Of a memory without importance; it doubles with every two points (Ebbinghaus's curve, stretched
by importance as in Park et al. 2023)."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A memory as forgetting sees it."""

    id: int
    text: str
    speaker: str
    importance: float
    happened_at: datetime
    used_at: datetime | None = None
    """When it was last recalled in an answer."""

    def strength(self, now: datetime) -> float:
        """Importance, halved with every half-life since it happened or was last thought of."""
        if self.importance >= NEVER:
            return self.importance
        since = max(self.used_at or self.happened_at, self.happened_at)
        age = max(now - since, timedelta())
        half_life = HALF_LIFE * 2 ** (self.importance / 2)
        return self.importance * float(0.5 ** (age / half_life))


def repeats(memories: Sequence[Held]) -> list[tuple[int, int]]:
    """(older, newer) of what the same speaker said twice in the same words; the newest stays. A
    'not' or a number more is another memory, so no word is left out."""
    last: dict[tuple[str, str], int] = {}
    found = []
    for each in sorted(memories, key=lambda one: (one.happened_at, one.id)):
        key = (each.speaker, _words(each.text))
        if key in last:
            found.append((last[key], each.id))
        last[key] = each.id
    return found


def _words(text: str) -> str:
    """Lower case, without accents, with one space between words and no mark at the end."""
    return " ".join(folded(text).split()).strip(" .,!?;:")


def faded(memories: Sequence[Held], now: datetime) -> list[int]:
    return [
        each.id for each in memories if each.importance < LONG_TERM and each.strength(now) < FADED
    ]


def beyond(
    memories: Sequence[Held], most: int, now: datetime, *, gone: Collection[int] = ()
) -> list[int]:
    """The weakest of those there is no room for. What never fades stays, also beyond `most`."""
    left = [each for each in memories if each.id not in gone]
    excess = len(left) - most
    mortal = sorted(
        (each for each in left if each.importance < NEVER),
        key=lambda one: (one.strength(now), one.happened_at, one.id),
    )
    return [each.id for each in mortal[: max(excess, 0)]]


def echoes(text: str, heard: Sequence[str]) -> bool:
    """Whether a player only says again what the NPC has just said: that may be what it recalled,
    and memories must not breed."""
    said = _words(text)
    return len(said) >= ECHO and any(said in _words(line) for line in heard)


ECHO = 15
"""Characters from which words that are said again are an echo, not a coincidence."""
