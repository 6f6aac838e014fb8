"""What models were asked on behalf of one server."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class LLMRequestCache(models.Model):
    """One row per call of an LLM: what it cost, and how it ended."""

    task = models.CharField(
        _("task"), max_length=20, db_comment="dialogue, planning, extraction ..."
    )
    provider = models.CharField(_("provider"), max_length=40, db_comment="Host that was asked.")
    model = models.CharField(_("model"), max_length=80, db_comment="Model that was asked.")
    prompt_digest = models.CharField(
        _("prompt digest"), max_length=64, db_comment="SHA-256 of the prompt."
    )
    prompt_version = models.CharField(
        _("prompt version"),
        max_length=16,
        blank=True,
        db_comment="Version of the prompt templates.",
    )
    prompt_tokens = models.PositiveIntegerField(
        _("prompt tokens"), default=0, db_comment="Tokens of the prompt."
    )
    cached_tokens = models.PositiveIntegerField(
        _("cached tokens"),
        default=0,
        db_comment="Of the prompt's, those the provider had at hand and charges less for.",
    )
    completion_tokens = models.PositiveIntegerField(
        _("completion tokens"), default=0, db_comment="Tokens of the answer."
    )
    estimated = models.BooleanField(
        _("estimated"),
        default=False,
        db_comment="Whether the tokens were counted here, because the provider did not say.",
    )
    cost = models.DecimalField(
        _("cost"),
        max_digits=14,
        decimal_places=8,
        default=0,
        db_comment="At the prices of that moment.",
    )
    own = models.BooleanField(
        _("the owner's"),
        default=False,
        db_comment="Asked with the owner's key: no cost of the platform's.",
    )
    seconds = models.FloatField(_("seconds"), default=0, db_comment="How long it took.")
    outcome = models.CharField(
        _("outcome"),
        max_length=20,
        default="ok",
        db_comment="ok, hung up, broke off, no speech, or the kind of error.",
    )
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True, db_comment="When.")

    class Meta:
        db_table = "llm_request_cache"
        verbose_name_plural = _("LLM requests")
        db_table_comment = "Calls of LLMs."
        verbose_name = _("LLM request")
        ordering = ["-asked_at"]
        indexes = [
            models.Index(fields=["-asked_at"], name="llm_request_cache_latest"),
            models.Index(fields=["prompt_digest"], name="llm_request_cache_prompt"),
        ]
        constraints = [
            models.CheckConstraint(
                name="llm_request_cache_seconds_positive", condition=Q(seconds__gte=0)
            )
        ]

    def __str__(self) -> str:
        return f"{self.task} by {self.model}"


class MLModelPrediction(models.Model):
    """What a model predicted, so that it can be scored when the truth is known."""

    model = models.CharField(_("model"), max_length=60, db_comment="Name in the catalogue.")
    version = models.CharField(_("version"), max_length=64, db_comment="SHA-256 of the weights.")
    subject = models.CharField(
        _("subject"), max_length=120, db_comment="What it is about, e.g. char:150001."
    )
    prediction = models.JSONField(_("prediction"), db_comment="What it predicted.")
    confidence = models.FloatField(
        _("confidence"), null=True, blank=True, db_comment="0-1, where the model tells."
    )
    truth = models.JSONField(_("truth"), null=True, blank=True, db_comment="What really happened.")
    predicted_at = models.DateTimeField(
        _("predicted at"), auto_now_add=True, db_comment="When it predicted."
    )
    scored_at = models.DateTimeField(
        _("scored at"), null=True, blank=True, db_comment="When the truth was known."
    )

    class Meta:
        db_table = "ml_model_predictions"
        verbose_name_plural = _("predictions")
        db_table_comment = "Predictions of models."
        verbose_name = _("prediction")
        ordering = ["-predicted_at"]
        indexes = [
            models.Index(fields=["model", "-predicted_at"], name="ml_model_predictions_of"),
            models.Index(fields=["subject"], name="ml_model_predictions_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                name="ml_model_predictions_confidence",
                condition=Q(confidence__isnull=True) | Q(confidence__gte=0, confidence__lte=1),
            )
        ]

    def __str__(self) -> str:
        return f"{self.model}: {self.subject}"


class UsageDay(models.Model):
    """What one day came to, seen from several sides. Written once the day is over; the page counts
    the days since by itself (npcs.usage)."""

    class Kind(models.TextChoices):
        TOTAL = "total", _("Everything")
        SOURCE = "source", _("Source of answers")
        NPC = "npc", _("NPC")
        PLAYER = "player", _("Player")
        MODEL = "model", _("Model")
        TASK = "task", _("Task")
        OWN = "own", _("The owner's model")

    day = models.DateField(_("day"), db_comment="Of UTC.")
    kind = models.CharField(
        _("kind"),
        max_length=8,
        choices=Kind.choices,
        db_comment="total, source, npc, player, model, task or own.",
    )
    subject = models.CharField(
        _("subject"),
        max_length=120,
        blank=True,
        db_comment="Which one: a source, an id, a model's name.",
    )
    name = models.CharField(
        _("name"), max_length=120, blank=True, db_comment="What the NPC or player was called."
    )
    talks = models.PositiveBigIntegerField(
        _("talks"), default=0, db_comment="Turns; of a model: calls."
    )
    latency_ms = models.PositiveBigIntegerField(
        _("milliseconds"), default=0, db_comment="Sum of the times to the answers."
    )
    tokens = models.PositiveBigIntegerField(
        _("tokens"), default=0, db_comment="Of LLMs, prompts and answers together."
    )
    prompt_tokens = models.PositiveBigIntegerField(
        _("prompt tokens"),
        default=0,
        db_comment="Of them the prompts'; told of total and model only.",
    )
    cost = models.DecimalField(
        _("cost"),
        max_digits=16,
        decimal_places=6,
        default=0,
        db_comment="At the prices of that day; an NPC's or player's share is by tokens.",
    )

    class Meta:
        db_table = "usage_daily"
        verbose_name_plural = _("days of usage")
        db_table_comment = "Usage and cost by day."
        verbose_name = _("day of usage")
        ordering = ["-day", "kind", "subject"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "day", "subject"], name="usage_daily_once"),
            models.CheckConstraint(name="usage_daily_cost_positive", condition=Q(cost__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.name or self.subject}"


class BudgetMonth(models.Model):
    """What language models cost in one month: the platform, or the owner for a model of theirs."""

    month = models.DateField(_("month"), db_comment="Its first day, of UTC.")
    own = models.BooleanField(
        _("the owner's"),
        default=False,
        db_comment="Whether it is the owner's money, for their own model; else the platform's.",
    )
    spent = models.DecimalField(
        _("spent"),
        max_digits=16,
        decimal_places=8,
        default=0,
        db_comment="Sum of the calls that have ended.",
    )
    soft_at = models.DateTimeField(
        _("soft stop at"), null=True, blank=True, db_comment="When the soft stop was reached."
    )
    hard_at = models.DateTimeField(
        _("hard stop at"), null=True, blank=True, db_comment="When the hard stop was reached."
    )

    class Meta:
        db_table = "budget_months"
        verbose_name_plural = _("months of the budget")
        db_table_comment = "What language models cost, by month; its row is the budget's lock."
        verbose_name = _("month of the budget")
        ordering = ["-month", "own"]
        constraints = [
            models.UniqueConstraint(fields=["month", "own"], name="budget_months_once"),
            models.CheckConstraint(name="budget_months_positive", condition=Q(spent__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class BudgetHold(models.Model):
    """The most that a call in flight may come to."""

    task = models.CharField(_("task"), max_length=20, db_comment="What is asked for.")
    own = models.BooleanField(
        _("the owner's"),
        default=False,
        db_comment="Whether it is the owner's money, for their own model; else the platform's.",
    )
    amount = models.DecimalField(
        _("amount"), max_digits=14, decimal_places=8, db_comment="What it costs at the worst."
    )
    expires_at = models.DateTimeField(
        _("expires at"), db_comment="Then it counts no more: whoever asked is gone."
    )

    class Meta:
        db_table = "budget_holds"
        verbose_name_plural = _("amounts set aside")
        db_table_comment = "Money set aside for calls in flight."
        verbose_name = _("amount set aside")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.task}: {self.amount}"
