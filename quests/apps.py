from importlib import import_module

from django.apps import AppConfig


class QuestsConfig(AppConfig):
    name = "quests"
    verbose_name = "Quests"

    def ready(self) -> None:
        """What stands below and cannot name us: events, talks, what is taken back."""
        receiving, talking = import_module("quests.receiving"), import_module("quests.talking")
        import_module("world.reports.receivers").register(receiving.receive)
        import_module("aiworld.changes").taken_back_by(
            "quests.DynamicQuest", import_module("quests.life").withdraw
        )
        import_module("npcs.work").offered_by(talking.offer)
        import_module("world.foresight.reading").quests_from(import_module("quests.history").read)
