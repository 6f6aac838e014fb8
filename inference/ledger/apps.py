from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """What one server's use of models was: prompts, predictions, tokens."""

    name = "inference.ledger"
    label = "ledger"
    verbose_name = "Use of models"
