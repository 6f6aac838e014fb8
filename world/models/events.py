"""What happens in the world, and what state it was in."""

from __future__ import annotations

from django.db import models

from npcs.scales import bounded, within


class WorldEvent(models.Model):
    class Status(models.TextChoices):
        PLANNED = "planned"
        ACTIVE = "active"
        ENDED = "ended"

    kind = models.CharField(max_length=40, db_comment="festival, invasion, storm, kill, trade ...")
    title = models.CharField(max_length=120, db_comment="What it is called.")
    description = models.TextField(blank=True, db_comment="What happens.")
    map_name = models.CharField(max_length=24, blank=True, db_comment="Where; empty: everywhere.")
    severity = models.FloatField(default=1, validators=bounded(0, 10), db_comment="0-10.")
    status = models.CharField(
        max_length=8,
        choices=Status.choices,
        default=Status.PLANNED,
        db_comment="planned, active or ended.",
    )
    data = models.JSONField(default=dict, blank=True, db_comment="What else belongs to it.")
    starts_at = models.DateTimeField(db_comment="When it begins.")
    ends_at = models.DateTimeField(null=True, blank=True, db_comment="When it ends; null: open.")
    created_at = models.DateTimeField(auto_now_add=True, db_comment="When it was planned.")

    class Meta:
        db_table = "world_events"
        db_table_comment = "Events of the world."
        ordering = ["-starts_at"]
        indexes = [
            models.Index(fields=["map_name", "-starts_at"], name="world_events_map"),
            models.Index(fields=["status", "ends_at"], name="world_events_due"),
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


class WorldStateSnapshot(models.Model):
    """Time series, partitioned by month (tenants/partitions.py)."""

    id = models.BigAutoField(primary_key=True)
    taken_at = models.DateTimeField(db_comment="When; the partition key.")
    scope = models.CharField(max_length=40, default="world", db_comment="world or a map.")
    state = models.JSONField(default=dict, db_comment="The state, by subject.")

    class Meta:
        db_table = "world_state_snapshots"
        db_table_comment = "State of the world per hour; kept 180 days."
        ordering = ["-taken_at"]
        indexes = [models.Index(fields=["scope", "-taken_at"], name="world_state_snapshots_at")]

    def __str__(self) -> str:
        return f"{self.scope} at {self.taken_at:%Y-%m-%d %H:%M}"
