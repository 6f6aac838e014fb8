"""Characters, what they know and what they said. Imported by the URLconf only."""

from npcs.admin import (
    conversation,
    exchange,
    golden,
    history,
    log,
    memories,
    mind,
    packs,
    personality,
    snapshots,
    standing,
    takeovers,
)

__all__ = [
    "conversation",
    "exchange",
    "golden",
    "history",
    "log",
    "memories",
    "mind",
    "packs",
    "personality",
    "snapshots",
    "standing",
    "takeovers",
]
