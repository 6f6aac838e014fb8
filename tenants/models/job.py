"""Long work that somebody watches: provisioning, imports, exports."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenants.models.server import Server


class JobQuerySet(models.QuerySet["Job"]):
    def open(self) -> JobQuerySet:
        return self.filter(state__in=[Job.State.WAITING, Job.State.RUNNING])


class Job(models.Model):
    """Progress in numbers and words. Pages read it; a websocket brings the changes. A waiting row
    is also the message to the worker: nothing else has to be kept for it to be done."""

    class Kind(models.TextChoices):
        PROVISION = "provision", _("New server")
        IMPORT = "import", _("Import")
        EXPORT = "export", _("Export")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(
        _("kind"), max_length=12, choices=Kind.choices, db_comment="What is done."
    )
    task = models.CharField(
        _("task"), max_length=120, db_comment="Name of the Celery task that does it."
    )
    server = models.ForeignKey(
        Server,
        verbose_name=_("server"),
        on_delete=models.CASCADE,
        null=True,
        related_name="jobs",
        db_comment="For which server; null until a new one exists.",
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("started by"),
        on_delete=models.CASCADE,
        null=True,
        related_name="jobs",
        db_comment="Who asked for it.",
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=State.choices,
        default=State.WAITING,
        db_comment="How far it is.",
    )
    step = models.CharField(_("step"), max_length=120, blank=True, db_comment="What it is at.")
    done = models.PositiveIntegerField(_("done"), default=0, db_comment="Units of work done.")
    total = models.PositiveIntegerField(
        _("total"), default=0, db_comment="Units of work in all; 0: unknown."
    )
    error = models.TextField(_("error"), blank=True, db_comment="What went wrong and what to do.")
    asked = models.JSONField(
        _("asked"), default=dict, blank=True, db_comment="What it was started with."
    )
    result = models.JSONField(
        _("result"), default=dict, blank=True, db_comment="What came of it; no secrets."
    )
    attempts = models.PositiveSmallIntegerField(
        _("attempts"), default=0, db_comment="How often a worker has begun it."
    )
    created_at = models.DateTimeField(
        _("created at"), auto_now_add=True, db_comment="When it was asked for."
    )
    seen_at = models.DateTimeField(
        _("seen at"),
        null=True,
        db_comment="When it was last handed to Celery, or its worker last heard of.",
    )
    finished_at = models.DateTimeField(_("finished at"), null=True, db_comment="When it ended.")

    objects = JobQuerySet.as_manager()

    class Meta:
        db_table = "jobs"
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["server", "-created_at"], name="jobs_of"),
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=["waiting", "running"]),
                name="jobs_open",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["server", "kind"],
                condition=Q(state__in=["waiting", "running"]),
                name="jobs_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_state_display()}"

    @property
    def live_group(self) -> str:
        """Its channel group."""
        return f"job.{self.pk}"

    @property
    def ended(self) -> bool:
        return self.state in (Job.State.DONE, Job.State.FAILED)
