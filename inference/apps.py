from django.apps import AppConfig

from inference import checks


class InferenceConfig(AppConfig):
    name = "inference"
    verbose_name = "Models and LLM (shared)"

    def ready(self) -> None:
        checks.start()
