"""Asking the inference process for numbers about many rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from inference import predictions
from inference.learned.features import Table
from tenants.context import tenant

NUMBERS = 40_000
"""In one item; inference.rows allows a little more."""
PATIENCE = 30.0
"""Seconds."""


@dataclass
class Answer:
    values: list[float] = field(default_factory=list)
    because: list[list[list[Any]]] = field(default_factory=list)
    model: str = ""
    """learned or baseline."""
    weights: str = ""
    """real or simulated."""
    version: str = ""
    alert_at: float | None = None
    drift: float | None = None
    drifted: str = ""


def ask(key: str, table: Table, *, explain: bool = False) -> Answer:
    """What the model says of each row. Raises Unavailable, DeadlineExceeded."""
    found = Answer()
    step = max(NUMBERS // max(len(table.names), 1), 1)
    for at in range(0, len(table.values), step):
        item = {
            "server": tenant().server_id,
            "names": list(table.names),
            "rows": table.values[at : at + step].tolist(),
            "explain": explain,
        }
        [said] = predictions.score_now([item], model=key, deadline=PATIENCE)
        found.values += said["values"]
        found.because += said.get("because", [])
        found.model, found.weights = said["model"], said["weights"]
        found.version, found.alert_at = said["version"], said["alert_at"]
        if found.drift is None and "drift" in said:
            found.drift, found.drifted = said["drift"], said["drifted"]
    return found
