"""Celery entry points of the world."""

from __future__ import annotations

import time
from contextlib import suppress

from celery import shared_task

from aiworld.errors import Refused, Unavailable
from npcs import gossip
from tenants.context import each_tenant
from tenants.jobs import ServerTask
from world import news, players, stock
from world.bosses import fights
from world.chains import advancing
from world.foresight import learning, predicting, schedule
from world.happenings import planning
from world.problems import settling
from world.reports import counting
from world.roaming import coming

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
    for _ in each_tenant(shuffled=True):
        if time.monotonic() > until:
            break
        total += news.witness() + gossip.spread()
    return total


@shared_task(name="world.tasks.keep_time", expires=15)
def keep_time() -> int:
    """World events begin and end, and with them fights, on every server."""
    return sum(planning.keep_time() + fights.settle_late() for _ in each_tenant())


@shared_task(name="world.tasks.tell_tales", expires=60)
def tell_tales() -> int:
    """Chains go on, problems are decided, and who was on the road leaves, on every server; returns
    how many did."""
    return sum(settling.settle() + advancing.advance() + coming.leave() for _ in each_tenant())


@shared_task(name="world.tasks.take_stock", expires=1800)
def take_stock() -> int:
    """The state of the world each hour, and ids of reports that nobody will repeat are forgotten;
    returns how many states were taken."""
    taken = 0
    for _ in each_tenant():
        taken += stock.take()
        counting.forget_ids()
    return taken


@shared_task(name="world.tasks.look_ahead", expires=3600)
def look_ahead() -> int:
    """Each night: what there is to predict and to learn, on every server where somebody played."""
    return sum(schedule.hand_over() for _ in each_tenant())


@shared_task(
    name=schedule.FORESEE,
    base=ServerTask,
    autoretry_for=(Unavailable,),
    retry_backoff=5,
    max_retries=2,
)
def foresee(_: str) -> dict[str, int]:
    """What is to be expected of a server's players and prices."""
    return predicting.foresee()


@shared_task(name=schedule.LEARN, base=ServerTask)
def learn(key: str) -> None:
    """One model, from one server's events; too few of them are no error."""
    with suppress(Refused):
        learning.learn(key)
