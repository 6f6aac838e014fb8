"""REST: characters, and what they know, remember, think and say."""

from npcs.api.characters import Knowledge, Npcs, Packs
from npcs.api.minds import Decisions, Gossip, Memories, Relationships
from npcs.api.players import PlayerData, Standing
from npcs.api.talks import Conversations, Turns

ROUTES = (
    ("npcs", Npcs),
    ("knowledge", Knowledge),
    ("knowledge-packs", Packs),
    ("memories", Memories),
    ("relationships", Relationships),
    ("decisions", Decisions),
    ("gossip", Gossip),
    ("conversations", Conversations),
    ("conversations/<int:conversation>/turns", Turns),
)

__all__ = ["ROUTES", "PlayerData", "Standing"]
