"""Every agent with the owner's choice and its latest runs, and running one now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from agents import days, schedule
from agents.catalogue import AGENTS, spec_of
from agents.choices import Chosen, all_chosen, chosen
from agents.models import AgentRun
from agents.spec import AgentSpec
from aiworld.errors import Invalid, SwitchedOff

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
    choices = all_chosen()
    today = days.runs_today()
    return [
        Shown(
            spec, choices[spec.key],
            used_today(spec, today),
            list(AgentRun.objects.filter(agent=spec.key)[:LATEST]),
        )
        for spec in AGENTS
    ]  # fmt: skip


def used_today(spec: AgentSpec, runs: Mapping[str, int]) -> int:
    """How often it ran, `runs` by agent; of one with a path of its own, how often it
    was taken."""
    if spec.own_way is None:
        return runs.get(spec.key, 0)
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return spec.own_way.used(midnight)


def run_now(key: str, *, by: str) -> int:
    """Hands a run over for each it runs over by itself, AT_ONCE at most; returns how many. Raises
    Invalid for one that runs only when it is called, SwitchedOff."""
    spec = spec_of(key)
    if not chosen(key).is_on:
        raise SwitchedOff(f"the agent {key} is switched off on this server")
    subjects = list(spec.subjects())[:AT_ONCE]
    if spec.every is None or not subjects:
        raise Invalid(f"the agent {key} runs when it is called, not by itself", field="agent")
    schedule.hand_over_now(key, subjects, by=by)
    return len(subjects)
