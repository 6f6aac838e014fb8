"""REST: characters, and what they know, remember, think and say."""

from npcs.api.characters import Knowledge, Npcs
from npcs.api.minds import Decisions, Gossip, Memories, Relationships
from npcs.api.talks import Conversations, Turns

ROUTES = (
    ("npcs", Npcs),
    ("knowledge", Knowledge),
    ("memories", Memories),
    ("relationships", Relationships),
    ("decisions", Decisions),
    ("gossip", Gossip),
    ("conversations", Conversations),
    ("conversations/<int:conversation>/turns", Turns),
)

__all__ = ["ROUTES"]
