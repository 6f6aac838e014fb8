"""Figures of the platform for Prometheus: what is there and costs a few counts to tell. None is of
a single server, so that a scrape tells nobody about another's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Min
from django.utils import timezone
from django.utils.module_loading import import_string

from aiworld import __version__
from tenants import health, outbox
from tenants.context import in_schema
from tenants.models import Outbox, Server

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True)
class Metric:
    name: str
    meaning: str
    samples: tuple[tuple[dict[str, str], float], ...]
    """Labels and value."""


def collect() -> list[Metric]:
    checks = health.checks()
    found = [
        Metric("aiworld_info", "Version of the platform.", (({"version": __version__}, 1),)),
        Metric(
            "aiworld_healthy",
            "1 if a part answers, 0 if not.",
            tuple(
                ({"check": name}, float(outcome == health.OK)) for name, outcome in checks.items()
            ),
        ),
    ]
    if checks["database"] == health.OK:
        found += _counted()
    for name in settings.METRICS:
        found += import_string(name)()
    return found


def _counted() -> Iterator[Metric]:
    with in_schema():
        rows = Server.objects.order_by().values_list("status").annotate(Count("pk"))
        servers = dict.fromkeys(Server.Status.values, 0) | dict(rows)
        dead = outbox.in_state(Outbox.objects.all(), "dead letter").count()
        waiting = Outbox.objects.aggregate(number=Count("pk"), oldest=Min("created_at"))
    age = (timezone.now() - waiting["oldest"]).total_seconds() if waiting["oldest"] else 0
    yield Metric(
        "aiworld_servers",
        "Game servers by status.",
        tuple(({"status": status}, number) for status, number in servers.items()),
    )
    yield Metric("aiworld_outbox_rows", "Pieces of work to be done.", (({}, waiting["number"]),))
    yield Metric("aiworld_outbox_dead", "Pieces of work given up on.", (({}, dead),))
    yield Metric("aiworld_outbox_oldest_seconds", "Age of the oldest one.", (({}, age),))


def exposition(metrics: list[Metric]) -> str:
    """Prometheus' text format, 0.0.4."""
    return "".join(f"{line}\n" for metric in metrics for line in _lines(metric))


def _lines(metric: Metric) -> Iterator[str]:
    yield f"# HELP {metric.name} {metric.meaning}"
    yield f"# TYPE {metric.name} gauge"
    for labels, value in metric.samples:
        inside = ",".join(f'{name}="{told}"' for name, told in labels.items())
        yield f"{metric.name}{{{inside}}} {value:g}" if inside else f"{metric.name} {value:g}"
