"""What happens, counted for Prometheus in every process of this machine, and told by any of them.

Without Django: the settings say where by PROMETHEUS_MULTIPROC_DIR, before this is imported; without
it a process counts for itself. There are counters only, and none names a game server, an NPC or a
player: what is of one server its owner reads in the portal."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.multiprocess import MultiProcessCollector

from aiworld.places import Place

FOLDER = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
if FOLDER:
    try:
        shared: Callable[..., Any] = values.MultiProcessValue  # no types
        values.ValueClass = shared(Place(Path(FOLDER)))
    except OSError as error:  # counting is not worth a call
        logging.getLogger(__name__).warning("this process counts for itself alone: %s", error)
        values.ValueClass, FOLDER = values.MutexValue, ""

QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
SLOW = (0.05, 0.25, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 90.0)
registry = CollectorRegistry()

calls = Counter(
    "aiworld_grpc_calls", "Calls of map-servers, by how they ended.", ["method", "code"],
    registry=registry,
)  # fmt: skip
call_seconds = Histogram(
    "aiworld_grpc_call_seconds", "How long calls took.", ["method"], buckets=QUICK,
    registry=registry,
)  # fmt: skip
first_line_seconds = Histogram(
    "aiworld_first_line_seconds", "How long a player waited for the first words.", buckets=QUICK,
    registry=registry,
)  # fmt: skip
answers = Counter(
    "aiworld_answers", "What NPCs said, by where it came from.", ["source"], registry=registry
)
llm_calls = Counter(
    "aiworld_llm_calls", "Questions to language models, by how they ended.", ["task", "outcome"],
    registry=registry,
)  # fmt: skip
llm_call_seconds = Histogram(
    "aiworld_llm_call_seconds", "How long language models took.", ["task"], buckets=SLOW,
    registry=registry,
)  # fmt: skip
turned_away = Counter(
    "aiworld_breaker_refusals", "What was not even tried, as a service does not answer.",
    ["service"], registry=registry,
)  # fmt: skip
tasks = Counter(
    "aiworld_tasks", "Tasks of the queue, by how they ended.", ["task", "state"], registry=registry
)
task_seconds = Histogram(
    "aiworld_task_seconds", "How long tasks of the queue took.", ["task"], buckets=SLOW,
    registry=registry,
)  # fmt: skip
budget_stops = Counter(
    "aiworld_budget_stops", "Budgets of game servers that reached a stop.", ["stop"],
    registry=registry,
)  # fmt: skip
mismatches = Counter(
    "aiworld_tenant_mismatches",
    "What the database refused to a server, or found left over from another: never happens.",
    registry=registry,
)  # fmt: skip
certificate_refusals = Counter(
    "aiworld_certificate_refusals",
    "Calls whose certificate was revoked, or not of the server whose key they sent.",
    registry=registry,
)  # fmt: skip
log_lines_dropped = Counter(
    "aiworld_log_lines_dropped", "Log lines that could not be written, or not in time.",
    registry=registry,
)  # fmt: skip

# What an alert watches is there from the start, so that the first time is seen as a rise.
for _stop in ("soft", "hard"):
    budget_stops.labels(_stop)


def told() -> str:
    """Prometheus' text: of all processes of this machine together."""
    if not FOLDER:
        return generate_latest(registry).decode()
    together = CollectorRegistry()
    collect: Callable[..., Any] = MultiProcessCollector
    collect(together, path=FOLDER)
    return generate_latest(together).decode()
