"""The only loop of all agents: claim, gather, decide, check, apply, log.

A run is claimed by its row, unique per agent, subject and window: a repeated call finds the stored
result, a second worker finds that somebody is at it, and one that comes back late finds that
another has taken over and changes nothing."""

from __future__ import annotations

import hashlib
import logging
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from pydantic import BaseModel

from agents import days, questions
from agents.catalogue import spec_of
from agents.choices import Chosen, chosen
from agents.models import AgentChange, AgentPerformanceMetric, AgentRun
from agents.spec import AgentSpec, Facts
from aiworld.changes import Changes
from aiworld.errors import (
    AIWorldError,
    Conflict,
    Invalid,
    SwitchedOff,
    Unavailable,
)
from npcs import asking
from tenants.context import run_in_tenant, tenant

log = logging.getLogger(__name__)

TASK = "planning"
ATTEMPTS = 3
LEASE = timedelta(seconds=60)
"""After this a run that was begun and not ended may be begun anew; longer than a run takes."""
LEAST = 1.0
"""Seconds without which no language model is asked."""
RESERVE = 0.3
"""Seconds kept for writing and for the way back."""
SUBJECT, WINDOW = 120, 100


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be run."""

    agent: str
    subject: str
    window: str
    cause: str
    params: Mapping[str, Any]
    by: str = ""
    char_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    run_id: int
    source: str
    """llm, or composer: by rules."""
    output: Mapping[str, Any]
    result: Mapping[str, Any]
    repeated: bool = False


@dataclass(frozen=True, kw_only=True)
class Claim:
    run_id: int
    token: uuid.UUID
    may_ask: bool


async def run(order: Order, *, seconds: float = 20.0, with_model: bool = True) -> Outcome:
    """Raises NotFound, Invalid, SwitchedOff, OverQuota, Conflict, Unavailable (somebody is at it
    just now)."""
    spec, began = spec_of(order.agent), time.monotonic()
    claimed = await run_in_tenant(tenant(), _claim, spec, order)
    if isinstance(claimed, Outcome):
        return claimed
    costs: list[Decimal] = []
    try:
        facts = await run_in_tenant(tenant(), spec.gather, order.subject, order.params)
        output, source = await _decided(
            spec, order, facts, costs, seconds, asks=with_model, may_ask=claimed.may_ask
        )
        return await run_in_tenant(
            tenant(), _apply, spec, order, claimed, facts, output, source, costs, began
        )
    except AIWorldError as error:
        await run_in_tenant(tenant(), _failed, claimed, error.message, costs, began)
        raise
    except Exception:
        await run_in_tenant(tenant(), _failed, claimed, "something is wrong here", costs, began)
        raise


async def _decided(
    spec: AgentSpec,
    order: Order,
    facts: Facts,
    costs: list[Decimal],
    seconds: float,
    *,
    asks: bool,
    may_ask: bool,
) -> tuple[BaseModel, str]:
    """An agent with a path of its own asks as its own settings say."""
    if spec.own_way is None:
        left = seconds if asks and may_ask else 0.0
        return await _think(spec, order, facts, costs, seconds=left)
    done = await spec.own_way.go(facts, max(seconds - RESERVE, 0.0), asks)
    costs.append(done.cost)
    return done.output, done.source


async def _think(
    spec: AgentSpec, order: Order, facts: Facts, costs: list[Decimal], *, seconds: float
) -> tuple[BaseModel, str]:
    """What to do, and who thought of it. What a model says counts only if the rules allow it."""
    left = seconds - RESERVE
    question = spec.ask(facts) if spec.ask and left >= LEAST else ""
    if question:
        try:
            output = await asking.decide(
                questions.messages(spec.key, question), output=spec.output, task=TASK,
                seconds=min(left, float(settings.LLM_TASK_TIMEOUT)), costs=costs,
            )  # fmt: skip
            spec.check(facts, output)
            return output, "llm"
        except (Unavailable, Invalid) as error:
            log.info("agent %s goes by rules: %s", spec.key, error.message)
    output = spec.decide(facts, Random(seed(order)))  # noqa: S311  # nosec B311
    spec.check(facts, output)
    return output, "composer"


def seed(order: Order) -> int:
    """The same order is decided the same."""
    named = f"{tenant().server_id}|{order.agent}|{order.subject}|{order.window}"
    return int.from_bytes(hashlib.sha256(named.encode()).digest()[:8])


def _claim(spec: AgentSpec, order: Order) -> Claim | Outcome:
    choice, now = chosen(spec.key), timezone.now()
    _check(order)
    with transaction.atomic():
        values = {
            "cause": order.cause, "by": order.by[:150], "char_id": about(order),
            "params": dict(order.params), "began_at": now, "lease_until": now + LEASE,
        }  # fmt: skip
        row, made = AgentRun.objects.get_or_create(
            agent=spec.key, subject=order.subject, window=order.window, defaults=values
        )
        if not made:
            row = AgentRun.objects.select_for_update().get(pk=row.pk)
            if row.params != dict(order.params):
                raise Conflict("this request was made before with other contents", field="request")
            if stored := _stored(row):
                return stored
            _again(row)
        else:
            _allow(spec, choice)
    return Claim(run_id=row.pk, token=row.token, may_ask=choice.ask_model)


def about(order: Order) -> int | None:
    """The player's character it is about, whoever ordered it: the run goes when they are erased."""
    named = order.params.get("char_id")
    found = order.char_id if order.char_id is not None else named
    return found if isinstance(found, int) and 0 < found < 2**63 else None


def _check(order: Order) -> None:
    for name, value, most in (
        ("subject", order.subject, SUBJECT),
        ("window", order.window, WINDOW),
    ):
        if not value or len(value) > most:
            raise Invalid(f"{name} has none or more than {most} characters", field=name)


def _allow(spec: AgentSpec, choice: Chosen) -> None:
    """Raised inside the claim's transaction, so that there is no row of a run that was refused."""
    if not choice.is_on:
        raise SwitchedOff(f"the agent {spec.key} is switched off on this server")
    days.begin(spec.key, choice.most_a_day)


def _stored(row: AgentRun) -> Outcome | None:
    """Raises Unavailable, Conflict."""
    if row.status in (AgentRun.Status.DONE, AgentRun.Status.UNDONE):
        return Outcome(
            run_id=row.pk, source=row.source, output=row.output, result=row.result, repeated=True
        )
    if row.status == AgentRun.Status.RUNNING and row.lease_until > timezone.now():
        raise Unavailable(f"the agent {row.agent} is at it just now", retry_after=1)
    if row.attempts >= ATTEMPTS:
        raise Conflict(f"this failed {row.attempts} times: {row.error or 'it never ended'}")
    return None


def _again(row: AgentRun) -> None:
    row.token, row.attempts = uuid.uuid4(), row.attempts + 1
    row.status, row.error = AgentRun.Status.RUNNING, ""
    row.lease_until = timezone.now() + LEASE
    row.save()


def _apply(
    spec: AgentSpec,
    order: Order,
    claim: Claim,
    facts: Facts,
    output: BaseModel,
    source: str,
    costs: list[Decimal],
    began: float,
) -> Outcome:
    with transaction.atomic():
        row = AgentRun.objects.select_for_update().get(pk=claim.run_id)
        if row.token != claim.token:
            raise Conflict("another worker has taken this run over")
        changes = Changes()
        row.result = dict(spec.apply(order.subject, facts, output, changes))
        row.output, row.source = output.model_dump(mode="json"), source
        row.undoable, row.final = not changes.final, changes.final[:200]
        row.idle = "" if changes.noted else changes.idle[:200]
        _end(row, AgentRun.Status.DONE, costs, began)
        AgentChange.objects.bulk_create(
            AgentChange(run=row, position=at, label=one.label, row=one.pk, action=one.action,
                        before=one.before, after=one.after)
            for at, one in enumerate(changes.noted)
        )  # fmt: skip
        _measure(row, len(changes.noted))
        days.changed(spec.key, len(changes.noted))
    return Outcome(run_id=row.pk, source=source, output=row.output, result=row.result)


def _failed(claim: Claim, why: str, costs: list[Decimal], began: float) -> None:
    with transaction.atomic():
        row = AgentRun.objects.select_for_update().filter(pk=claim.run_id).first()
        if row and row.token == claim.token and row.status == AgentRun.Status.RUNNING:
            row.error = why[:500]
            _end(row, AgentRun.Status.FAILED, costs, began)
            _measure(row, 0)


def _end(row: AgentRun, status: str, costs: list[Decimal], began: float) -> None:
    row.status, row.ended_at = status, timezone.now()
    row.seconds = round(time.monotonic() - began, 4)
    row.cost += sum(costs, Decimal(0))
    row.save()


def _measure(row: AgentRun, changed: int) -> None:
    figures = {"runs": 1.0, "seconds": row.seconds, "changes": float(changed)}
    AgentPerformanceMetric.objects.bulk_create(
        AgentPerformanceMetric(
            measured_at=timezone.now(), agent=row.agent, metric=name, value=value,
            labels={"cause": row.cause, "source": row.source, "status": row.status},
        )
        for name, value in figures.items()
    )  # fmt: skip
