"""Celery entry points of the world."""

from __future__ import annotations

import time

from celery import shared_task

from npcs import gossip
from tenants.context import each_tenant
from world import news, players

GOSSIP_SECONDS = 30


@shared_task(name="world.tasks.meet_talkers", expires=30)
def meet_talkers() -> int:
    """Profiles of the players who talked lately, on every server."""
    return sum(players.meet_talkers() for _ in each_tenant())


@shared_task(name="world.tasks.spread_gossip", expires=240)
def spread_gossip() -> int:
    """News for who stands there, and NPCs that talk among themselves; a server that does not fit in
    the time comes next time."""
    until = time.monotonic() + GOSSIP_SECONDS
    total = 0
    for _ in each_tenant():
        if time.monotonic() > until:
            break
        total += news.witness() + gossip.spread()
    return total
