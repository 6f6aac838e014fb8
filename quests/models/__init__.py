from quests.models.ledger import (
    RewardAlert,
    RewardClock,
    RewardCounter,
    RewardEntry,
)
from quests.models.members import QuestMember
from quests.models.policy import RewardCap, RewardItem, RewardPolicy
from quests.models.quest import Difficulty, DynamicQuest, QuestKind, QuestTemplate

__all__ = [
    "Difficulty",
    "DynamicQuest",
    "QuestKind",
    "QuestMember",
    "QuestTemplate",
    "RewardAlert",
    "RewardCap",
    "RewardClock",
    "RewardCounter",
    "RewardEntry",
    "RewardItem",
    "RewardPolicy",
]
