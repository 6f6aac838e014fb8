from npcs.models.conversation import Conversation, ConversationTurn, DialogueEmbedding
from npcs.models.knowledge import NpcKnowledge
from npcs.models.log import InformationSharing, NpcDecision
from npcs.models.memory import NpcMemory
from npcs.models.personality import NpcPersonality
from npcs.models.relationship import NpcRelationship
from npcs.models.snapshot import NpcSnapshot

__all__ = [
    "Conversation",
    "ConversationTurn",
    "DialogueEmbedding",
    "InformationSharing",
    "NpcDecision",
    "NpcKnowledge",
    "NpcMemory",
    "NpcPersonality",
    "NpcRelationship",
    "NpcSnapshot",
]
