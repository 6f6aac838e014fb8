"""The fleet of models for Prometheus, as the inference process last reported it."""

from __future__ import annotations

from inference.models import MLModelCache
from tenants.metrics import Metric

TOLD = (
    ("aiworld_model_memory_bytes", "Memory a model takes.", "memory_bytes"),
    ("aiworld_model_calls_total", "Items a model has answered.", "calls"),
    ("aiworld_model_batches_total", "Batches a model has run.", "batches"),
    ("aiworld_model_failures_total", "Items a model failed on, refused or let expire.", "failures"),
    ("aiworld_model_queue_seconds_total", "Time items waited for a model.", "queue_seconds"),
    ("aiworld_model_run_seconds_total", "Time a model worked.", "run_seconds"),
)


def metrics() -> list[Metric]:
    """Of each model, as it was last reported."""
    rows = list(MLModelCache.objects.all())
    return [
        Metric(
            name,
            words,
            tuple(({"model": row.name, "device": row.device}, getattr(row, field)) for row in rows),
        )
        for name, words, field in TOLD
        if rows
    ]
