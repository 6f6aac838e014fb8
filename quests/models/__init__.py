from quests.models.quest import DynamicQuest, QuestTemplate

__all__ = ["DynamicQuest", "QuestTemplate"]
