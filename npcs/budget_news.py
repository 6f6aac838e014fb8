"""Telling the owners that a stop of the budget was reached."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from aiworld import measures
from npcs import budget
from tenants import audit, llm, mailing
from tenants.context import in_schema, tenant

STOPS = ("soft", "hard")


def tell(reached: str) -> None:
    """`reached`: "soft 2026-11", "hard 2026-11 own". Says nothing of a month that is
    over, a stop that was lifted or a model that was removed."""
    server, now = tenant(), timezone.now()
    stop, _, rest = reached.partition(" ")
    month, _, whose = rest.partition(" ")
    row = llm.stored(server) if whose else None
    if whose and row is None:
        return
    standing = budget.standing(server, now, llm.terms(row) if row else None)
    since = {"soft": standing.soft_at, "hard": standing.hard_at}.get(stop)
    if stop not in STOPS or month != f"{now:%Y-%m}" or since is None:
        return
    measures.budget_stops.labels(stop).inc()
    told = {
        "cap": f"{standing.cap:.2f}",
        "spent": f"{standing.spent:.2f}",
        "currency": settings.LLM_PRICE_CURRENCY,
        "sparing": budget.sparing_percent(server.budget_soft_percent),
        "own": row is not None,
    }
    with in_schema():
        audit.note(server, actor=None, action=f"budget.{stop}_stop", details=told)
        mailing.send(f"budget_{stop}", server, mailing.owners(server), **told)
