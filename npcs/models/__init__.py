from npcs.models.cached import CachedAnswer
from npcs.models.conversation import Conversation, ConversationTurn, DialogueEmbedding
from npcs.models.exchange import ExchangeUpload, NpcCard
from npcs.models.golden import GoldenConversation, GoldenRun
from npcs.models.knowledge import NpcKnowledge
from npcs.models.log import InformationSharing, NpcDecision
from npcs.models.memory import NpcMemory
from npcs.models.moderation import AUTOMATIC, FlagReason, StaffLine, Takeover, TurnFlag
from npcs.models.pack import KnowledgePack
from npcs.models.personality import NpcPersonality
from npcs.models.relationship import NpcRelationship
from npcs.models.snapshot import NpcSnapshot
from npcs.models.standing import PlayerStanding
from npcs.models.undo import MemoryUndo

__all__ = [
    "AUTOMATIC",
    "CachedAnswer",
    "Conversation",
    "ConversationTurn",
    "DialogueEmbedding",
    "ExchangeUpload",
    "FlagReason",
    "GoldenConversation",
    "GoldenRun",
    "InformationSharing",
    "KnowledgePack",
    "MemoryUndo",
    "NpcCard",
    "NpcDecision",
    "NpcKnowledge",
    "NpcMemory",
    "NpcPersonality",
    "NpcRelationship",
    "NpcSnapshot",
    "PlayerStanding",
    "StaffLine",
    "Takeover",
    "TurnFlag",
]
