from importlib import import_module

from django.apps import AppConfig


class WorldConfig(AppConfig):
    name = "world"
    verbose_name = "World"

    def ready(self) -> None:
        """What stands below and cannot name us: changes that are taken back, the game's events."""
        planning = import_module("world.happenings.planning")
        import_module("aiworld.changes").taken_back_by("world.WorldEvent", planning.retract)
        receivers = import_module("world.reports.receivers")
        for name in ("world.bosses.fights", "world.dungeons.delving", "world.treasure.finding"):
            receivers.register(import_module(name).receive)
