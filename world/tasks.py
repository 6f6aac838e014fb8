"""Celery entry points of the world."""

from __future__ import annotations

from celery import shared_task

from tenants.context import each_tenant
from world import players


@shared_task(name="world.tasks.meet_talkers", expires=30)
def meet_talkers() -> int:
    """Profiles of the players who talked lately, on every server."""
    return sum(players.meet_talkers() for _ in each_tenant())
