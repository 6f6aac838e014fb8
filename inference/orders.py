"""Training that an operator asked for: a model that learns from events, on every server where
somebody plays, one after another. The nightly schedule does the same without being asked."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from aiworld.errors import AIWorldError, Conflict, Invalid, Refused
from inference import trainers
from inference.models import ModelTraining

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=15)
"""Whoever trains renews it with each server; after it somebody else goes on."""
Verdict = ModelTraining.Verdict


def ask(model: str, *, by: str) -> ModelTraining:
    """Write it down for a worker. Raises Invalid for a model that learns from no server's events,
    Conflict while the same is waiting or going on."""
    if not trainers.learns_from_servers(model):
        raise Invalid("its weights are the same for all servers", field="model")
    try:
        with transaction.atomic():
            return ModelTraining.objects.create(model=model, asked_by=by[:150])
    except IntegrityError as error:
        raise Conflict("it is being trained just now", field="model") from error


def go_on() -> int:
    """Train what was asked for first; how many servers that were. One that takes a worker down is
    not tried again."""
    if (row := _claimed()) is None:
        return 0
    servers = row.servers[row.done :]
    for server in servers:
        row.done += 1
        row.lease_until = timezone.now() + LEASE
        row.save(update_fields=["done", "lease_until"])
        row.results = dict(Counter(row.results) + Counter([_trained(row, server)]))
        row.save(update_fields=["results", "note"])
    row.ended_at, row.lease_until = timezone.now(), None
    row.save(update_fields=["ended_at", "lease_until"])
    return len(servers)


def _claimed() -> ModelTraining | None:
    now = timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    with transaction.atomic():
        rows = ModelTraining.objects.select_for_update(skip_locked=True).filter(free, ended_at=None)
        if (row := rows.order_by("pk").first()) is None:
            return None
        if row.began_at is None:
            row.servers = trainers.servers()
            row.total, row.began_at = len(row.servers), now
        row.lease_until = now + LEASE
        row.save()
    return row


def _trained(row: ModelTraining, server: str) -> str:
    """What became of it, by Verdict."""
    try:
        card = trainers.train(row.model, server=server)
    except Refused:
        return Verdict.TOO_LITTLE
    except AIWorldError as error:
        row.note = error.message[:300]
        return Verdict.FAILED
    except Exception:
        log.exception("%s could not be trained for %s", row.model, server)
        row.note = f"{server}: see the worker's log"
        return Verdict.FAILED
    if card.origin == "simulated":
        return Verdict.SHIPPED
    return Verdict.LEARNED if card.beats else Verdict.BASELINE
