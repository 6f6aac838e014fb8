"""Figures of the platform for Prometheus: what is there and costs a few counts to tell. None is of
a single server, so that a scrape tells nobody about another's."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count
from django.utils.module_loading import import_string

from aiworld import __version__, measures
from tenants import health, heartbeat, outbox
from tenants.context import in_schema
from tenants.diagnosis import room, services, work
from tenants.models import Outbox, Server

log = logging.getLogger(__name__)
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
    found += _of_the_machine(checks["live"] == health.OK)
    for name in settings.METRICS:
        try:
            found += import_string(name)()
        except DatabaseError:  # aiworld_healthy says so, and the rest is still worth telling
            log.warning("%s is not told: the database does not answer", name)
    return found


def _of_the_machine(heard: bool) -> Iterator[Metric]:
    used = tuple(({"folder": folder}, part / 100) for folder, part in room.disks().items())
    yield Metric("aiworld_disk_used_ratio", "How full the disk of a folder is, 0 to 1.", used)
    last = heartbeat.last() if heard else None
    if last is not None:
        words = "When a worker last did what beat asks of it each second."
        yield Metric("aiworld_worker_seen_timestamp_seconds", words, (({}, last),))


def _counted() -> Iterator[Metric]:
    with in_schema():
        rows = Server.objects.order_by().values_list("status").annotate(Count("pk"))
        servers = dict.fromkeys(Server.Status.values, 0) | dict(rows)
        dead = outbox.in_state(Outbox.objects.all(), "dead letter").count()
        there = Outbox.objects.count()
        _, age = work.waiting()
    taken, most = services.connections()
    yield Metric("aiworld_db_connections", "Connections PostgreSQL has.", (({}, taken),))
    yield Metric("aiworld_db_connections_max", "Connections it may have.", (({}, most),))
    yield Metric(
        "aiworld_servers",
        "Game servers by status.",
        tuple(({"status": status}, number) for status, number in servers.items()),
    )
    yield Metric("aiworld_outbox_rows", "Pieces of work to be done.", (({}, there),))
    yield Metric("aiworld_outbox_dead", "Pieces of work given up on.", (({}, dead),))
    yield Metric("aiworld_outbox_oldest_seconds", "How long the oldest waits.", (({}, age),))


def exposition(metrics: list[Metric]) -> str:
    """Prometheus' text format, 0.0.4: these, and what the processes of this machine counted."""
    lines = "".join(f"{line}\n" for metric in metrics for line in _lines(metric))
    return lines + measures.told()


def _lines(metric: Metric) -> Iterator[str]:
    yield f"# HELP {metric.name} {metric.meaning}"
    kind = "counter" if metric.name.endswith("_total") else "gauge"
    yield f"# TYPE {metric.name} {kind}"
    for labels, value in metric.samples:
        inside = ",".join(f'{name}="{word}"' for name, word in labels.items())
        yield f"{metric.name}{{{inside}}} {value:.15g}" if inside else f"{metric.name} {value:.15g}"
