from importlib import import_module

from django.apps import AppConfig


class AgentsConfig(AppConfig):
    name = "agents"
    verbose_name = "Agents"

    def ready(self) -> None:
        """The paths below cannot name us: they ask whoever registers."""
        gate = import_module("agents.gate")
        import_module("npcs.gates").kept_by(gate.check)
