"""How a mood lasts. What a player says leaves a feeling towards that player, which halves in a time
that the character decides; when little of it is left the base mood is back. It is kept with the
relationship: what one player did does not spoil the talk of the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from npcs.brief import Emotion

HALF_LIFE = timedelta(minutes=20)
"""Of a feeling in somebody who is neither anxious nor calm (neuroticism 0.5)."""
FELT = 0.25
"""Strength (0.0-1.0) below which a feeling no longer sets the mood."""
STRUCK, ADDED = 0.6, 0.3
"""Strength of a new feeling, and what the same once more adds."""
PLEASANT: frozenset[Emotion] = frozenset({"happy", "excited", "content"})
UNPLEASANT: frozenset[Emotion] = frozenset(
    {"angry", "sad", "fearful", "disgusted", "frustrated", "anxious"}
)
"""The others (neutral, surprised, curious) pass with the line they belong to."""


@dataclass(frozen=True, kw_only=True)
class Feeling:
    emotion: Emotion
    strength: float
    """0.0-1.0 at `at`."""
    at: datetime


def left(feeling: Feeling | None, *, neuroticism: float, now: datetime) -> float:
    """Strength that is left of a feeling; the unpleasant stays longer with the anxious (0.0-1.0):
    half to one and a half half-lives."""
    if feeling is None:
        return 0.0
    stays = 0.5 + neuroticism if feeling.emotion in UNPLEASANT else 1.0
    elapsed = max(now - feeling.at, timedelta())
    return float(feeling.strength * 0.5 ** (elapsed / (HALF_LIFE * stays)))


def mood(base: Emotion, feeling: Feeling | None, *, neuroticism: float, now: datetime) -> Emotion:
    """The feeling while enough of it is left, else the base mood."""
    strength = left(feeling, neuroticism=neuroticism, now=now)
    return feeling.emotion if feeling is not None and strength >= FELT else base


def after(
    feeling: Feeling | None, emotion: Emotion, *, neuroticism: float, now: datetime
) -> Feeling | None:
    """The feeling after `emotion` was raised by what was said; None if there is none. A kind word
    takes from anger before it makes happy."""
    strength = left(feeling, neuroticism=neuroticism, now=now)
    if emotion not in PLEASANT | UNPLEASANT:
        return feeling
    if feeling is None or strength < FELT:
        return Feeling(emotion=emotion, strength=STRUCK, at=now)
    if feeling.emotion == emotion:
        return Feeling(emotion=emotion, strength=min(strength + ADDED, 1.0), at=now)
    if emotion in PLEASANT and feeling.emotion in UNPLEASANT:
        return Feeling(emotion=feeling.emotion, strength=max(strength - ADDED, 0.0), at=now)
    return Feeling(emotion=emotion, strength=max(strength, STRUCK), at=now)
