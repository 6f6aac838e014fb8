from quests.admin import ledger, policy, quests

__all__ = ["ledger", "policy", "quests"]
