"""Characters, what they know and what they said. Imported by the URLconf only."""

from npcs.admin import (
    conversation,
    exchange,
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
