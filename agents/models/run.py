"""What an agent did: one row per subject and window, with everything it changed."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from npcs.scales import Source


class AgentRun(models.Model):
    class Cause(models.TextChoices):
        CALL = "call", _("Call")
        SCHEDULE = "schedule", _("Schedule")
        EVENT = "event", _("Event")
        PERSON = "person", _("Person")

    class Status(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        UNDONE = "undone", _("Taken back")

    agent = models.CharField(_("agent"), max_length=40, db_comment="Key of the agent.")
    subject = models.CharField(
        _("subject"), max_length=120, db_comment="What it ran over: a character id, a key, a map."
    )
    window = models.CharField(
        _("window"),
        max_length=100,
        db_comment="The request, or the stretch of time, in which it runs once.",
    )
    cause = models.CharField(
        _("cause"), max_length=8, choices=Cause.choices, db_comment="call, schedule, event, person."
    )
    by = models.CharField(
        _("by"), max_length=150, blank=True, db_comment="Person who started it, if one did."
    )
    char_id = models.BigIntegerField(
        _("character id"), null=True, blank=True, db_comment="Player's character it is about."
    )
    params = models.JSONField(_("asked"), default=dict, db_comment="What it was given.")
    status = models.CharField(
        _("status"),
        max_length=8,
        choices=Status.choices,
        default=Status.RUNNING,
        db_comment="running, done, failed or undone.",
    )
    token = models.UUIDField(
        default=uuid.uuid4, db_comment="Of the worker that is at it; a late one has another."
    )
    attempts = models.PositiveSmallIntegerField(
        _("attempts"), default=1, db_comment="How often it was begun."
    )
    lease_until = models.DateTimeField(db_comment="After this another worker may begin it anew.")
    began_at = models.DateTimeField(_("began at"), db_comment="When it was begun first.")
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, db_comment="When.")
    source = models.CharField(
        _("source"),
        max_length=16,
        blank=True,
        choices=Source.choices,
        db_comment="llm, or composer: by rules.",
    )
    output = models.JSONField(_("output"), default=dict, db_comment="What it decided.")
    result = models.JSONField(_("result"), default=dict, db_comment="What came of it.")
    undoable = models.BooleanField(
        _("can be taken back"), default=True, db_comment="Whether its changes can be taken back."
    )
    final = models.CharField(
        _("why not"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        db_comment="Why its changes cannot be taken back; empty: they can.",
    )
    idle = models.CharField(
        _("changed nothing because"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        db_comment="Why it changed nothing; empty: it changed something, or is not done.",
    )
    error = models.TextField(_("error"), blank=True, db_comment="Why it failed.")
    cost = models.DecimalField(
        _("cost"), max_digits=14, decimal_places=8, default=0, db_comment="Of the model's calls."
    )
    seconds = models.FloatField(_("seconds"), default=0, db_comment="How long it took.")

    class Meta:
        db_table = "agent_runs"
        verbose_name = _("run of an agent")
        verbose_name_plural = _("runs of agents")
        db_table_comment = "What agents did; kept 90 days."
        ordering = ["-began_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "subject", "window"], name="agent_runs_claimed_once"
            )
        ]
        indexes = [
            models.Index(fields=["agent", "-began_at"], name="agent_runs_latest"),
            models.Index(fields=["-began_at"], name="agent_runs_when"),
            models.Index(
                fields=["char_id"],
                name="agent_runs_char",
                condition=models.Q(char_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent} over {self.subject} ({self.window})"


class AgentChange(models.Model):
    """One row that a run made or changed; what `undo` takes back."""

    run = models.ForeignKey(
        AgentRun,
        verbose_name=_("run"),
        on_delete=models.CASCADE,
        related_name="changes",
        db_comment="The run.",
    )
    position = models.PositiveIntegerField(_("position"), db_comment="Order within the run.")
    label = models.CharField(_("row"), max_length=80, db_comment="Model, world.PlayerProfile.")
    row = models.CharField(_("key"), max_length=80, db_comment="Its primary key.")
    action = models.CharField(_("action"), max_length=6, db_comment="create or update.")
    before = models.JSONField(_("before"), default=dict, db_comment="Columns that changed.")
    after = models.JSONField(_("after"), default=dict, db_comment="The same columns afterwards.")

    class Meta:
        db_table = "agent_changes"
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        db_table_comment = "Rows that agents changed, with what stood there before."
        ordering = ["run", "position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="agent_changes_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.label} {self.row}"
