"""What happens in the world, and what state it was in."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from npcs.scales import bounded, within
from tenants import live
from tenants.statements import rows

CHANGED = "world_events"
"""Bell that rings when an event was written (tenants.bell)."""
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('world_events ' || current_schema(), 0))"
NEXT = "SELECT nextval(pg_get_serial_sequence('world_events', 'id'))"


def hold() -> None:
    """Keep others from writing events until the commit. Who locks rows of events takes this lock
    first: in another order two writers could wait for each other for ever."""
    rows(ALONE, {})


def next_position() -> int:
    """Call it in the transaction that writes the event. Whoever has one holds a lock until the
    commit, so positions become visible in their order, and a reader that goes on from the highest
    it has seen misses none."""
    hold()
    [(position,)] = rows(NEXT, {})
    live.ring(CHANGED)
    return int(position)


class WorldEvent(models.Model):
    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        ACTIVE = "active", _("Active")
        ENDED = "ended", _("Ended")

    kind = models.CharField(
        _("kind"), max_length=40, db_comment="festival, invasion, storm, kill, trade ..."
    )
    title = models.CharField(_("title"), max_length=120, db_comment="What it is called.")
    description = models.TextField(_("description"), blank=True, db_comment="What happens.")
    map_name = models.CharField(
        _("map name"), max_length=24, blank=True, db_comment="Where; empty: everywhere."
    )
    severity = models.FloatField(
        _("severity"), default=1, validators=bounded(0, 10), db_comment="0-10."
    )
    status = models.CharField(
        _("status"),
        max_length=8,
        choices=Status.choices,
        default=Status.PLANNED,
        db_comment="planned, active or ended.",
    )
    data = models.JSONField(
        _("data"), default=dict, blank=True, db_comment="What else belongs to it."
    )
    starts_at = models.DateTimeField(_("starts at"), db_comment="When it begins.")
    ends_at = models.DateTimeField(
        _("ends at"), null=True, blank=True, db_comment="When it ends; null: open."
    )
    created_at = models.DateTimeField(
        _("created at"), auto_now_add=True, db_comment="When it was planned."
    )
    position = models.BigIntegerField(
        _("position"),
        default=0,
        editable=False,
        db_comment="Grows with each change; StreamWorldEvents goes by it.",
    )
    made_by = models.CharField(
        _("made by"),
        max_length=10,
        default="staff",
        editable=False,
        db_comment="staff, weather, world, call or agent.",
    )

    retracted = models.BooleanField(
        _("retracted"),
        default=False,
        editable=False,
        db_comment="It was taken back: nobody speaks of it.",
    )
    request_id = models.CharField(
        max_length=64,
        null=True,
        blank=True,
        unique=True,
        editable=False,
        db_comment="The caller's id, by which a repeat finds the event.",
    )

    class Meta:
        db_table = "world_events"
        verbose_name = _("world event")
        verbose_name_plural = _("world events")
        db_table_comment = "Events of the world."
        ordering = ["-starts_at"]
        indexes = [
            models.Index(fields=["map_name", "-starts_at"], name="world_events_map"),
            models.Index(fields=["status", "ends_at"], name="world_events_due"),
            models.Index(fields=["position"], name="world_events_position"),
            models.Index(fields=["kind", "created_at"], name="world_events_kind"),
        ]
        constraints = [
            *within("world_events", 0, 10, "severity"),
            models.CheckConstraint(
                name="world_events_ends_after_start",
                condition=models.Q(ends_at__isnull=True)
                | models.Q(ends_at__gte=models.F("starts_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """With a new position, so that the map-server hears of the change."""
        with transaction.atomic():
            self.position = next_position()
            if (fields := kwargs.get("update_fields")) is not None:
                kwargs["update_fields"] = {*fields, "position"}
            super().save(*args, **kwargs)


class WorldEventLimit(models.Model):
    """How many events of a kind may begin in a day, by the owner's choice."""

    kind = models.CharField(
        _("kind"), max_length=40, unique=True, db_comment="Kind of event, e.g. announcement."
    )
    per_day = models.PositiveIntegerField(
        _("per day"), db_comment="Events of the kind within 24 hours; 0: none."
    )

    class Meta:
        db_table = "world_event_limits"
        verbose_name = _("limit of world events")
        verbose_name_plural = _("limits of world events")
        db_table_comment = "The owner's limits; a kind without one has the limit of the code."
        ordering = ["kind"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.per_day}"


class WorldStateSnapshot(models.Model):
    """Time series, partitioned by month (tenants/partitions.py)."""

    id = models.BigAutoField(primary_key=True)
    taken_at = models.DateTimeField(_("taken at"), db_comment="When; the partition key.")
    scope = models.CharField(
        _("scope"), max_length=40, default="world", db_comment="world or a map."
    )
    state = models.JSONField(_("state"), default=dict, db_comment="The state, by subject.")

    class Meta:
        db_table = "world_state_snapshots"
        verbose_name = _("world state snapshot")
        verbose_name_plural = _("world state snapshots")
        db_table_comment = "State of the world per hour; kept 180 days."
        ordering = ["-taken_at"]
        indexes = [models.Index(fields=["scope", "-taken_at"], name="world_state_snapshots_at")]

    def __str__(self) -> str:
        return f"{self.scope} at {self.taken_at:%Y-%m-%d %H:%M}"
