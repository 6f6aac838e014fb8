"""What is due: each agent's windows of time, one run per subject and window."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from agents import orders, runner
from agents.catalogue import AGENTS, spec_of
from agents.choices import all_chosen
from agents.models import AgentDay, AgentRun
from agents.runner import ATTEMPTS, Order, Outcome
from aiworld.errors import Invalid
from aiworld.loops import wait_for

TASK = orders.TASK
A_TICK = 20
"""Runs that one server hands over at one tick, so that a large one does not keep the others
waiting."""
KEPT = timedelta(days=90)


def hand_over(now: datetime | None = None) -> int:
    """Of the present server: what is due and not begun, as rows of the outbox; returns how many.
    Doing it again adds nothing while a run waits or is at work."""
    now = now or timezone.now()
    with transaction.atomic():
        found = list(islice(due(now), A_TICK))
        for agent, subject, window in found:
            orders.write(agent, subject, window)
    return len(found)


def hand_over_now(agent: str, subjects: Iterable[str], *, by: str) -> None:
    """Runs that a person asked for, beside those that are due."""
    window = f"now:{timezone.now().isoformat()}"
    with transaction.atomic():
        for subject in subjects:
            orders.write(agent, subject, window, by=by)


def due(now: datetime) -> Iterator[tuple[str, str, str]]:
    """(agent, subject, window), in the catalogue's order."""
    chosen = all_chosen()
    for spec in AGENTS:
        choice = chosen[spec.key]
        if not choice.is_on or choice.every is None:
            continue
        window = begin_of(now, choice.every).isoformat()
        begun = set(
            AgentRun.objects.filter(agent=spec.key, window=window)
            .exclude(_may_begin_again(now))
            .values_list("subject", flat=True)
        )
        for subject in spec.subjects():
            if subject not in begun:
                yield spec.key, subject, window


def begin_of(now: datetime, every: timedelta) -> datetime:
    """Of the stretch of time that `now` lies in; stretches are counted from 1970."""
    first = datetime(1970, 1, 1, tzinfo=UTC)
    return first + (now - first) // every * every


def _may_begin_again(now: datetime) -> Q:
    lost = Q(status=AgentRun.Status.RUNNING, lease_until__lt=now)
    return (lost | Q(status=AgentRun.Status.FAILED)) & Q(attempts__lt=ATTEMPTS)


def run_due(subject: str) -> Outcome:
    """What `hand_over` or `hand_over_now` wrote down."""
    agent, over, window, by = _parsed(subject)
    spec_of(agent)
    cause = AgentRun.Cause.PERSON if by else AgentRun.Cause.SCHEDULE
    if window.startswith(orders.EVENT):
        cause = AgentRun.Cause.EVENT
    order = Order(agent=agent, subject=over, window=window, cause=cause, params={}, by=by)
    return wait_for(runner.run(order))


def _parsed(subject: str) -> tuple[str, str, str, str]:
    try:
        agent, over, window, *by = json.loads(subject)
    except (TypeError, ValueError) as error:
        raise Invalid(f"{subject!r} names no run") from error
    return agent, over, window, by[0] if by else ""


def forget_old(now: datetime | None = None) -> int:
    """Runs older than KEPT, with their changes; returns how many rows went."""
    until = (now or timezone.now()) - KEPT
    number, _ = AgentRun.objects.filter(began_at__lt=until).delete()
    AgentDay.objects.filter(day__lt=until.date()).delete()
    return number
