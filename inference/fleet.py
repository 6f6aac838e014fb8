"""The fleet of models as the inference process reports it, kept where staff can see it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiworld.loops import wait_for
from inference import client
from inference.models import MLModelCache

FIELDS = ["version", "task", "device", "status", "memory_bytes", "calls", "licence", "reported_at",
          "number", "weights", "metric", "value", "baseline", "trained_at", "reason", "batches",
          "failures", "queue_seconds", "run_seconds"]  # fmt: skip


def report() -> int:
    """Store what each model is doing now; returns how many there are. Raises Unavailable."""
    rows = [row(name, facts) for name, facts in wait_for(client.models()).items()]
    MLModelCache.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["name"], update_fields=FIELDS
    )
    MLModelCache.objects.exclude(name__in=[row.name for row in rows]).delete()
    return len(rows)


def row(name: str, facts: Mapping[str, Any]) -> MLModelCache:
    trained = facts["trained_at"]
    return MLModelCache(
        name=name,
        number=facts["number"],
        version=str(facts["version"])[:64],
        task=str(facts["task"])[:20],
        device=str(facts["device"])[:16],
        status=str(facts["state"])[:12],
        reason=str(facts["reason"])[:300],
        weights=facts["weights"],
        metric=str(facts["metric"])[:60],
        value=facts["value"],
        baseline=facts["baseline"],
        trained_at=datetime.fromisoformat(trained) if trained else None,
        memory_bytes=int(facts["memory"]),
        licence=str(facts["licence"])[:40],
        calls=int(facts["calls"]),
        batches=int(facts["batches"]),
        failures=int(facts["failed"] + facts["refused"] + facts["expired"]),
        queue_seconds=float(facts["queue_seconds"]),
        run_seconds=float(facts["run_seconds"]),
    )
