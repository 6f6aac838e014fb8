from importlib import import_module

from django.apps import AppConfig


class AgentsConfig(AppConfig):
    name = "agents"
    verbose_name = "Agents"

    def ready(self) -> None:
        """What stands below and cannot name us: paths ask a gate, and the game's events call."""
        gate = import_module("agents.gate")
        import_module("npcs.gates").kept_by(gate.check)
        receiving = import_module("agents.receiving")
        import_module("world.reports.receivers").register(receiving.receive)
