from importlib import import_module

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "tenants"
    verbose_name = "Game servers"

    def ready(self) -> None:
        # By name: they read what the settings say, so they are imported after them.
        for name in ("tenants.counted", "tenants.connections"):
            import_module(name)
