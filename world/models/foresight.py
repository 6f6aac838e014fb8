"""What models say of this server: signs of cheating, and how good the models are here."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CheatAlert(models.Model):
    """A reason to look at a character. Nothing happens to the character by it: a game master looks,
    and says what it was, which is what models learn from."""

    class Kind(models.TextChoices):
        BOT = "bot_detection", _("A program plays")
        EXPLOIT = "exploit_detection", _("Something is exploited")
        SHARING = "account_sharing", _("Several people use the account")
        MARKET = "market_manipulation", _("Prices are moved on purpose")
        DOUBLE = "player_similarity", _("One person plays both characters")

    class Verdict(models.TextChoices):
        OPEN = "open", _("Nobody has looked")
        CONFIRMED = "confirmed", _("It was so")
        DISMISSED = "dismissed", _("It was not so")

    char_id = models.BigIntegerField(_("character id"), db_comment="Who it is about.")
    other_char_id = models.BigIntegerField(
        _("other character id"), default=0, db_comment="The second of a pair; 0: it is about one."
    )
    kind = models.CharField(
        _("kind"), max_length=20, choices=Kind.choices, db_comment="The model that says so."
    )
    score = models.FloatField(_("score"), db_comment="What the model said, at the latest.")
    threshold = models.FloatField(_("threshold"), db_comment="From which on it is an alert.")
    weights = models.CharField(
        _("weights"), max_length=10, db_comment="simulated: learned in a made-up world; or real."
    )
    version = models.CharField(_("version"), max_length=64, db_comment="SHA-256 of the weights.")
    evidence = models.JSONField(
        _("evidence"), default=list, db_comment="[[feature, value, usual value, share of score]]."
    )
    nights = models.PositiveIntegerField(
        _("nights"), default=1, db_comment="In how many nights it was found."
    )
    raised_at = models.DateTimeField(_("raised at"), db_comment="First found.")
    found_at = models.DateTimeField(_("found at"), db_comment="Last found.")
    verdict = models.CharField(
        _("verdict"),
        max_length=10,
        choices=Verdict.choices,
        default=Verdict.OPEN,
        db_comment="open, confirmed or dismissed, by a person.",
    )
    decided_by = models.CharField(
        _("decided by"), max_length=150, blank=True, db_comment="Who looked."
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, db_comment="When.")

    class Meta:
        db_table = "cheat_alerts"
        verbose_name = _("sign of cheating")
        verbose_name_plural = _("signs of cheating")
        db_table_comment = "Characters that a game master should look at, with what shows it."
        ordering = ["-found_at", "-score"]
        indexes = [models.Index(fields=["kind", "-found_at"], name="cheat_alerts_kind")]
        constraints = [
            models.UniqueConstraint(
                fields=["char_id", "other_char_id", "kind"],
                name="cheat_alerts_one_open",
                condition=Q(verdict="open"),
            )
        ]

    def __str__(self) -> str:
        both = f" + {self.other_char_id}" if self.other_char_id else ""
        return f"{self.get_kind_display()}: {self.char_id}{both}"


class LearnedModel(models.Model):
    """One row per learned model, as it is on this server."""

    key = models.CharField(
        _("model"), primary_key=True, max_length=40, db_comment="Name in the catalogue."
    )
    serves = models.CharField(
        _("serves"), max_length=10, blank=True, db_comment="learned or baseline; or empty."
    )
    weights = models.CharField(
        _("weights"), max_length=10, blank=True, db_comment="real: of this server; or simulated."
    )
    version = models.CharField(
        _("version"), max_length=64, blank=True, db_comment="SHA-256 of the weights."
    )
    metric = models.CharField(
        _("metric"), max_length=120, blank=True, db_comment="What the next two are."
    )
    value = models.FloatField(
        _("value"), null=True, blank=True, db_comment="On later days of this server."
    )
    baseline = models.FloatField(
        _("baseline"), null=True, blank=True, db_comment="Of the plain rival, on the same days."
    )
    rows = models.PositiveIntegerField(_("rows"), default=0, db_comment="It was examined on.")
    trained_at = models.DateTimeField(
        _("trained at"), null=True, blank=True, db_comment="When it last learned here."
    )
    note = models.CharField(
        _("note"), max_length=200, blank=True, db_comment="Why it has not learned, or is silent."
    )
    drift = models.FloatField(
        _("drift"), null=True, blank=True, db_comment="Population stability index, features' mean."
    )
    drifted = models.CharField(
        _("drifted most"), max_length=40, blank=True, db_comment="Feature that changed most."
    )
    lived_value = models.FloatField(
        _("in practice"), null=True, blank=True, db_comment="Metric of 30 days' predictions."
    )
    lived_rows = models.PositiveIntegerField(
        _("scored"), default=0, db_comment="Predictions that were scored for it."
    )
    predicted_at = models.DateTimeField(
        _("predicted at"), null=True, blank=True, db_comment="When it last predicted."
    )

    class Meta:
        db_table = "learned_models"
        verbose_name = _("learned model")
        verbose_name_plural = _("learned models")
        db_table_comment = "How good each learned model is on this server."
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key
