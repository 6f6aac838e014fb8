"""Runs that are written down now and done by a worker."""

from __future__ import annotations

import json

from tenants import outbox

TASK = "agents.tasks.run_due"
EVENT = "event:"
"""Begins the window of a run that something in the game called."""


def write(agent: str, subject: str, window: str, *, by: str = "") -> None:
    """Call it in the transaction of what makes it necessary. One row waits for each. `by`: the
    person who asked for it."""
    outbox.add(TASK, json.dumps([agent, subject, window, *([by] if by else [])]))
