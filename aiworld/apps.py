from django.apps import AppConfig

from aiworld import checks

__all__ = ["AIWorldConfig", "checks"]  # importing them registers them


class AIWorldConfig(AppConfig):
    name = "aiworld"
    verbose_name = "AI World"
