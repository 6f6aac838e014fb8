"""Every agent with the owner's choice and its latest runs, and running one now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from agents import runner
from agents.catalogue import AGENTS, spec_of
from agents.choices import Chosen, all_chosen
from agents.models import AgentRun
from agents.runner import Order
from agents.spec import AgentSpec
from aiworld.errors import Invalid
from aiworld.loops import wait_for

LATEST = 3
AT_ONCE = 20
"""Subjects that one click runs over."""


@dataclass(frozen=True)
class Shown:
    spec: AgentSpec
    chosen: Chosen
    today: int
    """Runs since midnight (UTC)."""
    latest: Sequence[AgentRun]


def agents() -> list[Shown]:
    chosen = all_chosen()
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return [
        Shown(
            spec, chosen[spec.key],
            AgentRun.objects.filter(agent=spec.key, began_at__gte=midnight).count(),
            list(AgentRun.objects.filter(agent=spec.key)[:LATEST]),
        )
        for spec in AGENTS
    ]  # fmt: skip


def run_now(key: str, *, by: str) -> int:
    """Over what it runs over by itself, AT_ONCE subjects at most; returns how many. Raises Invalid
    for one that runs only when it is called, and whatever the run raises."""
    spec, window = spec_of(key), f"now:{timezone.now().isoformat()}"
    subjects = list(spec.subjects())[:AT_ONCE]
    if spec.every is None or not subjects:
        raise Invalid(f"the agent {key} runs when it is called, not by itself", field="agent")
    for subject in subjects:
        order = Order(
            agent=key, subject=subject, window=window, params={}, by=by,
            cause=AgentRun.Cause.PERSON,
        )  # fmt: skip
        wait_for(runner.run(order))
    return len(subjects)
