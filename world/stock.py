"""Taking stock: the state of the world once an hour, so that one can look back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from tenants.statements import rows
from world.market import health
from world.models import ActivityHour, PlayerProfile, WorldEvent, WorldStateSnapshot

HOUR = timedelta(hours=1)
COUNTED = (
    "kill", "mvp_kill", "death", "base_level", "trade", "vending_sale", "log_in",
)  # fmt: skip
MONEY = ("zeny_made", "zeny_spent")
SCOPE = "stock"
"""Of these snapshots: conditions of knowledge read others."""
MOST = 100
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('stock ' || current_schema(), 0))"


def take(now: datetime | None = None) -> bool:
    """The state of the hour that is over, once. False if it was taken already."""
    now = now or timezone.now()
    hour = now.replace(minute=0, second=0, microsecond=0) - HOUR
    taken = WorldStateSnapshot.objects.filter(scope=SCOPE, taken_at__gte=hour + HOUR)
    with transaction.atomic():
        rows(ALONE, {})
        if taken.exists():
            return False
        WorldStateSnapshot.objects.create(taken_at=now, scope=SCOPE, state=_state(hour, now))
    return True


def _state(hour: datetime, now: datetime) -> dict[str, Any]:
    sums = (
        ActivityHour.objects.filter(hour=hour, kind__in=COUNTED + MONEY).order_by().values("kind")
    )
    found = {row["kind"]: row for row in sums.annotate(times=Sum("number"), money=Sum("zeny"))}
    measured = health.measure(now=now)
    active = WorldEvent.objects.filter(status="active").order_by("pk")
    return {
        "hour": hour.isoformat(),
        "online": PlayerProfile.objects.filter(online_since__isnull=False).count(),
        "active": PlayerProfile.objects.filter(last_seen_at__gte=hour).count(),
        **{kind: found[kind]["times"] if kind in found else 0 for kind in COUNTED},
        **{kind: found[kind]["money"] if kind in found else 0 for kind in MONEY},
        "inflation": measured.inflation,
        "gini": measured.gini,
        "economy": measured.verdict.value,
        "weather": {row.data.get("group", ""): row.data.get("weather", "")
                    for row in active.filter(kind="weather")[:MOST]},
        "events": list(active.exclude(kind="weather").values_list("title", flat=True)[:MOST]),
    }  # fmt: skip
