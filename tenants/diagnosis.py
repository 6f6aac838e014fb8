"""What is wrong with the platform, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from tenants import health, outbox
from tenants.context import in_schema
from tenants.models import Outbox, Server

ADVICE = {
    "database": "Look whether PostgreSQL runs and answers at POSTGRES_HOST and POSTGRES_PORT.",
    "cache": "Look whether the Redis of REDIS_URL runs; until then NPCs think every answer anew.",
    "live": "Look whether the Redis of CHANNELS_REDIS_URL runs; live views stand still until then.",
    "queue": "Look whether the Redis of CELERY_BROKER_URL runs; work waits until then.",
    "outbox": "Look at the worker and beat processes; /admin/tenants/outbox/ shows what waits.",
    "room": "The installation is full: raise MAX_SERVERS_SUPPORTED or delete servers.",
}
MOST_WAITING = 1000


@dataclass(frozen=True)
class Finding:
    check: str
    outcome: str
    advice: str
    """What to do; empty if nothing is wrong."""


def examine() -> list[Finding]:
    found = health.checks()
    if found["database"] == health.OK:
        found |= {"outbox": _outbox(), "room": _room()}
    return [
        Finding(check, outcome, "" if outcome == health.OK else ADVICE[check])
        for check, outcome in found.items()
    ]


def _outbox() -> str:
    with in_schema():
        dead = outbox.in_state(Outbox.objects.all(), "dead letter").count()
        waiting = Outbox.objects.count() - dead
    if dead:
        return f"{dead} dead letters"
    return f"{waiting} waiting" if waiting > MOST_WAITING else health.OK


def _room() -> str:
    with in_schema():
        full = Server.objects.count() >= settings.MAX_SERVERS_SUPPORTED
    return "full" if full else health.OK
