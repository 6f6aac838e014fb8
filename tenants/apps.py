from importlib import import_module

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "tenants"
    verbose_name = "Game servers"

    def ready(self) -> None:
        # By name: it reads what the settings say, so it is imported after them.
        import_module("tenants.counted")
