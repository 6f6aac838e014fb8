"""The fleet of models as the inference process reports it, kept where staff can see it."""

from __future__ import annotations

from aiworld.loops import wait_for
from inference import client
from inference.models import MLModelCache

FIELDS = ["version", "task", "device", "status", "memory_bytes", "calls", "licence", "reported_at"]


def report() -> int:
    """Store what each model is doing now; returns how many there are. Raises Unavailable."""
    rows = [
        MLModelCache(
            name=name,
            version=str(facts["version"])[:64],
            task=str(facts["task"])[:20],
            device=str(facts["device"])[:16],
            status=str(facts["state"])[:12],
            memory_bytes=int(facts["memory"]),
            calls=int(facts["calls"]),
            licence=str(facts["licence"])[:40],
        )
        for name, facts in wait_for(client.models()).items()
    ]
    MLModelCache.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["name"], update_fields=FIELDS
    )
    return len(rows)
