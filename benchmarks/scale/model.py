"""How much of each layer so many game servers keep busy: utilisation, no queues. The cost of a call
and how calls are answered are measured (benchmarks/results); Habits and Machines are assumed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import ceil, floor, inf

from benchmarks.results import FOLDER

CACHED = ("by cache", "by semantic_cache")
BY_MODEL = "by llm"
LAYERS = ("grpc", "postgres", "cache", "encoder")


@dataclass(frozen=True, kw_only=True)
class Measured:
    cached_ms: dict[str, float]
    """Processor milliseconds of a call answered from the cache, by layer."""
    composed_ms: dict[str, float]
    cached_share: float
    model_share: float
    provisioning_s: float


@dataclass(frozen=True, kw_only=True)
class Habits:
    calls_a_minute: float = 100
    """Of one server at its busiest, on average over all; its limit is 1,000."""
    model_s: float = 2.0
    """How long a language model takes for an answer."""
    model_usd: float = 0.0005
    """What one answer costs."""
    busy_hours: float = 8
    """Hours a day at the busiest, in which all calls of a day are made."""


@dataclass(frozen=True, kw_only=True)
class Machines:
    use: float = 0.7
    grpc_cores: int = 16
    postgres_cores: int = 64
    connections: int = 500
    pool: int = 12
    """Connections a gRPC process may hold (DB_POOL_SIZE)."""
    encoder_cores: int = 16


def measured() -> Measured:
    """Of the last saved runs of dialogue (16 callers), replay and provisioning."""
    calls = {row["what"]: row for row in _rows("dialogue") if row["callers"] == 16}
    answers = {str(row["what"]): float(row["number"]) for row in _rows("replay")}
    whole = next(count for what, count in answers.items() if what.startswith("answered without"))
    ways = {str(row["way"]): float(row["seconds"]) for row in _rows("provisioning")}
    return Measured(
        cached_ms=_by_layer(calls["talk, cached"]),
        composed_ms=_by_layer(calls["talk, composed"]),
        cached_share=sum(answers[way] for way in CACHED) / whole,
        model_share=answers[BY_MODEL] / whole,
        provisioning_s=ways["from the template"],
    )


def cores(servers: int, given: Measured, habits: Habits) -> dict[str, float]:
    """Cores kept busy, by layer."""
    calls = servers * habits.calls_a_minute / 60
    return {
        layer: calls
        * (
            given.cached_share * given.cached_ms[layer]
            + (1 - given.cached_share) * given.composed_ms[layer]
        )
        / 1000
        for layer in LAYERS
    }


def processes(servers: int, given: Measured, habits: Habits, machines: Machines) -> int:
    """gRPC processes: one answers on one core."""
    return max(1, ceil(cores(servers, given, habits)["grpc"] / machines.use))


def model_calls(servers: int, given: Measured, habits: Habits) -> float:
    """Calls of language models a second."""
    return servers * habits.calls_a_minute / 60 * given.model_share


def breaks(given: Measured, habits: Habits, machines: Machines) -> dict[str, int]:
    """With how many servers each layer is full that is one machine or, the cache, one thread."""
    each = cores(1, given, habits)
    limits = {
        "gRPC on one machine": (each["grpc"], machines.grpc_cores),
        "connections, no PgBouncer": (each["grpc"], machines.connections // machines.pool),
        "one encoder machine": (each["encoder"], machines.encoder_cores),
        "one PostgreSQL": (each["postgres"], machines.postgres_cores),
        "one cache thread": (each["cache"], 1),
    }
    found = {
        name: limit * machines.use / used if used else inf for name, (used, limit) in limits.items()
    }
    return {name: floor(most) for name, most in sorted(found.items(), key=lambda one: one[1])}


def _by_layer(row: dict[str, str | float]) -> dict[str, float]:
    names = ("server ms", "postgres ms", "cache ms", "encoder ms")
    return {layer: float(row[name]) for layer, name in zip(LAYERS, names, strict=True)}


def _rows(name: str) -> list[dict[str, str | float]]:
    rows: list[dict[str, str | float]] = json.loads((FOLDER / f"{name}.json").read_text())["rows"]
    return rows
