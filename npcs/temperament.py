"""A first guess at a personality, from the trade. Staff correct what is wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from npcs.models.personality import TRAITS

AVERAGE = (0.5, 0.5, 0.5, 0.5, 0.4)
# openness, conscientiousness, extraversion, agreeableness, neuroticism
BY_ROLE: dict[str, tuple[float, float, float, float, float]] = {
    "guard": (0.3, 0.8, 0.4, 0.35, 0.45),
    "soldier": (0.3, 0.8, 0.4, 0.35, 0.45),
    "merchant": (0.5, 0.65, 0.75, 0.6, 0.35),
    "trader": (0.5, 0.65, 0.75, 0.55, 0.35),
    "healer": (0.55, 0.7, 0.5, 0.85, 0.3),
    "priest": (0.5, 0.75, 0.5, 0.8, 0.3),
    "blacksmith": (0.35, 0.75, 0.45, 0.5, 0.3),
    "refiner": (0.35, 0.7, 0.5, 0.5, 0.4),
    "kafra employee": (0.5, 0.85, 0.7, 0.85, 0.2),
    "sailor": (0.65, 0.35, 0.75, 0.5, 0.35),
    "innkeeper": (0.45, 0.6, 0.8, 0.75, 0.35),
    "child": (0.8, 0.25, 0.75, 0.75, 0.55),
    "scholar": (0.9, 0.7, 0.35, 0.55, 0.45),
    "elder": (0.6, 0.65, 0.4, 0.65, 0.3),
    "noble": (0.5, 0.6, 0.6, 0.35, 0.45),
    "thief": (0.6, 0.3, 0.5, 0.2, 0.5),
}
SPREAD = 0.12
"""How far two of the same trade may lie from the middle of it."""


def temperament(key: str, role: str) -> Mapping[str, float]:
    """The Big Five, 0.0-1.0; always the same for the same NPC."""
    spread = hashlib.sha256(key.encode()).digest()
    base = BY_ROLE.get(role, AVERAGE)
    return {
        name: round(min(max(middle + SPREAD * (byte / 127.5 - 1), 0.05), 0.95), 2)
        for name, middle, byte in zip(TRAITS, base, spread, strict=False)
    }
