"""Telling the owners that a stop of the budget was reached."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from npcs import budget
from tenants import audit, mailing
from tenants.context import in_schema, tenant

STOPS = ("soft", "hard")


def tell(reached: str) -> None:
    """`reached`: "soft 2026-11". Says nothing of a month that is over or a stop that was lifted."""
    server, now = tenant(), timezone.now()
    stop, _, month = reached.partition(" ")
    standing = budget.standing(server, now)
    since = {"soft": standing.soft_at, "hard": standing.hard_at}.get(stop)
    if stop not in STOPS or month != f"{now:%Y-%m}" or since is None:
        return
    told = {
        "cap": f"{standing.cap:.2f}",
        "spent": f"{standing.spent:.2f}",
        "currency": settings.LLM_PRICE_CURRENCY,
        "sparing": budget.sparing_percent(server.budget_soft_percent),
    }
    with in_schema():
        audit.note(server, actor=None, action=f"budget.{stop}_stop", details=told)
        mailing.send(f"budget_{stop}", server, mailing.owners(server), **told)
