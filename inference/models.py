"""What all servers share: answers that belong to nobody, and which weights are loaded."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from pgvector.django import HnswIndex, VectorField


class LLMResponseCache(models.Model):
    """Answers to prompts without any server's data in them (translations, templates)."""

    prompt_digest = models.CharField(
        _("prompt digest"),
        primary_key=True,
        max_length=64,
        db_comment="SHA-256 of model and prompt.",
    )
    model = models.CharField(_("model"), max_length=80, db_comment="Model that answered.")
    prompt = models.TextField(_("prompt"), db_comment="What it was asked.")
    response = models.TextField(_("response"), db_comment="What it answered.")
    embedding = VectorField(
        _("embedding"),
        dimensions=384,
        null=True,
        blank=True,
        editable=False,
        db_comment="Of the prompt.",
    )
    hits = models.PositiveIntegerField(
        _("hits"), default=0, db_comment="How often it was told again."
    )
    created_at = models.DateTimeField(
        _("created at"), auto_now_add=True, db_comment="When it was answered."
    )
    expires_at = models.DateTimeField(
        _("expires at"), db_comment="Until when it may be told again."
    )

    class Meta:
        db_table = "llm_response_cache"
        verbose_name_plural = _("cached LLM answers")
        db_table_comment = "LLM answers shared by all servers."
        verbose_name = _("cached LLM answer")
        indexes = [
            models.Index(fields=["expires_at"], name="llm_response_cache_expiry"),
            HnswIndex(
                name="llm_response_cache_nearest",
                fields=["embedding"],
                m=16,
                ef_construction=64,
                opclasses=["vector_cosine_ops"],
            ),
        ]

    def __str__(self) -> str:
        return self.prompt[:60]


class MLModelCache(models.Model):
    """One row per model of the fleet, as the inference process last reported it."""

    name = models.CharField(
        _("name"), primary_key=True, max_length=60, db_comment="Name in the catalogue."
    )
    version = models.CharField(_("version"), max_length=64, db_comment="SHA-256 of the weights.")
    task = models.CharField(_("task"), max_length=20, db_comment="embed, classify ...")
    device = models.CharField(_("device"), max_length=16, default="cpu", db_comment="cpu or cuda.")
    status = models.CharField(
        _("status"),
        max_length=12,
        db_comment="missing, untrained, baseline, unloaded, loading, ready, failed.",
    )
    number = models.PositiveSmallIntegerField(
        _("number"), default=0, db_comment="Among the 28 of the catalogue."
    )
    weights = models.CharField(
        _("weights"), max_length=12, blank=True, db_comment="real, simulated or missing."
    )
    metric = models.CharField(
        _("metric"), max_length=60, blank=True, db_comment="What value and baseline measure."
    )
    value = models.FloatField(
        _("value"), null=True, blank=True, db_comment="By that metric; empty: not measured."
    )
    baseline = models.FloatField(
        _("baseline"), null=True, blank=True, db_comment="What a plain statistic reaches."
    )
    trained_at = models.DateTimeField(
        _("last trained"), null=True, blank=True, db_comment="When its weights were made."
    )
    reason = models.CharField(
        _("reason"), max_length=300, blank=True, db_comment="Why it is not ready."
    )
    batches = models.BigIntegerField(
        _("batches"), default=0, db_comment="Batches it has run since its process began."
    )
    failures = models.BigIntegerField(
        _("failures"), default=0, db_comment="Items it failed on, refused or let expire."
    )
    queue_seconds = models.FloatField(
        _("seconds in the queue"), default=0.0, db_comment="Of all items together."
    )
    run_seconds = models.FloatField(
        _("seconds of work"), default=0.0, db_comment="Of all batches together."
    )
    memory_bytes = models.BigIntegerField(
        _("memory bytes"), default=0, db_comment="Memory it takes, in bytes."
    )
    calls = models.BigIntegerField(
        _("calls"), default=0, db_comment="Items it has answered since its process began."
    )
    licence = models.CharField(
        _("licence"), max_length=40, blank=True, db_comment="Licence of the weights."
    )
    reported_at = models.DateTimeField(
        _("reported at"), auto_now=True, db_comment="When the inference process said so."
    )

    class Meta:
        db_table = "ml_model_cache"
        verbose_name_plural = _("models")
        db_table_comment = "The fleet of models."
        verbose_name = _("model")
        ordering = ["number", "name"]

    def __str__(self) -> str:
        return self.name


class ModelTraining(models.Model):
    """What an operator asked to be trained, and how far it is."""

    class Verdict(models.TextChoices):
        LEARNED = "learned", _("learned from its own events")
        SHIPPED = "shipped", _("what is shipped is better there")
        BASELINE = "baseline", _("no better than a plain rule, which answers")
        TOO_LITTLE = "too_little", _("too little to learn from")
        FAILED = "failed", _("failed")

    model = models.CharField(_("model"), max_length=60, db_comment="Name in the catalogue.")
    asked_by = models.CharField(_("asked by"), max_length=150, db_comment="User name.")
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True, db_comment="When.")
    began_at = models.DateTimeField(
        _("began at"), null=True, blank=True, db_comment="When a worker took it."
    )
    ended_at = models.DateTimeField(
        _("ended at"), null=True, blank=True, db_comment="When the last server was done."
    )
    lease_until = models.DateTimeField(
        _("lease until"), null=True, blank=True, db_comment="Until then its worker counts as alive."
    )
    servers = models.JSONField(
        _("servers"), default=list, blank=True, db_comment="Ids, in the order they are trained."
    )
    total = models.PositiveIntegerField(_("servers in all"), default=0, db_comment="How many.")
    done = models.PositiveIntegerField(
        _("servers begun"), default=0, db_comment="One that took its worker down counts."
    )
    results = models.JSONField(
        _("results"), default=dict, blank=True, db_comment="How many servers by verdict."
    )
    note = models.CharField(
        _("note"), max_length=300, blank=True, db_comment="Why the last that failed did."
    )

    class Meta:
        db_table = "model_trainings"
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        db_table_comment = "Trainings that operators asked for."
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["model"],
                name="model_trainings_one_open",
                condition=models.Q(ended_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.model}: {self.done} / {self.total}"
