from quests.admin.ledger import LedgerAdmin, RewardAlertAdmin
from quests.admin.policy import RewardPolicyAdmin
from quests.admin.quests import DynamicQuestAdmin, QuestTemplateAdmin

__all__ = [
    "DynamicQuestAdmin",
    "LedgerAdmin",
    "QuestTemplateAdmin",
    "RewardAlertAdmin",
    "RewardPolicyAdmin",
]
