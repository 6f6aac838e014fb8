"""Celery entry points of the characters."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import asdict

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from aiworld.errors import OverQuota, SwitchedOff, Unavailable
from npcs import (
    alerts,
    bonds,
    budget_news,
    consolidation,
    crossing,
    deciding,
    following,
    golden,
    gossip,
    junk,
    pruning,
    reflecting,
    reviewing,
    semantic_cache,
    takeover,
    usage,
)
from npcs.exchange import uploads
from npcs.rights import erasing
from tenants.context import each_tenant
from tenants.jobs import ServerTask

BACKFILL_SECONDS = 20
ROLL_UP_SECONDS = 40
REVIEW_SECONDS = 40


@shared_task(
    name="npcs.tasks.follow_up",
    base=ServerTask,
    autoretry_for=(Unavailable,),
    retry_backoff=2,
    max_retries=4,
)
def follow_up(conversation_id: str) -> int:
    """After a talk: facts out of what the player said."""
    return following.extract(int(conversation_id))


@shared_task(name="npcs.tasks.tell_of_budget", base=ServerTask)
def tell_of_budget(reached: str) -> None:
    """A mail to the owners; `reached` is the stop and the month, "soft 2026-11"."""
    budget_news.tell(reached)


@shared_task(name="npcs.tasks.alert_staff", base=ServerTask)
def alert_staff(turn_id: str) -> int:
    """After something severe was said: a mail to owners and admins, unless one went out a moment
    ago."""
    return alerts.mail()


@shared_task(name="npcs.tasks.mail_alerts", expires=60)
def mail_alerts() -> int:
    """What came too soon after a mail to be told of at once."""
    return sum(alerts.mail() for _ in each_tenant())


@shared_task(name="npcs.tasks.run_golden", base=ServerTask)
def run_golden(run_id: str) -> None:
    """A golden conversation, replayed and graded."""
    golden.perform(int(run_id))


@shared_task(
    name="npcs.tasks.clear_copies",
    base=ServerTask,
    autoretry_for=(Unavailable,),
    retry_backoff=2,
    max_retries=8,
)
def clear_copies(_: str) -> None:
    """After a player was erased while Redis was away."""
    if not erasing.clear_copies():
        raise Unavailable("Redis is away")


@shared_task(name="npcs.tasks.backfill_embeddings", expires=30, throws=(Unavailable,))
def backfill_embeddings() -> int:
    """Vectors for what has none, every server a batch at a time until the time is used."""
    until = time.monotonic() + BACKFILL_SECONDS
    total = 0
    while time.monotonic() < until:
        done = 0
        for _ in each_tenant():
            done += following.backfill()
        total += done
        if not done:
            break
    return total


@shared_task(name="npcs.tasks.end_lapsed_takeovers", expires=30)
def end_lapsed_takeovers() -> int:
    """NPCs speak for themselves again where the game master is gone."""
    return sum(takeover.end_lapsed() for _ in each_tenant())


@shared_task(name="npcs.tasks.roll_up_usage", expires=600)
def roll_up_usage() -> int:
    """Days that are over, kept as rows; what does not fit in the time is the next hour's."""
    until = time.monotonic() + ROLL_UP_SECONDS
    today = timezone.now().date()
    return sum(usage.roll_up(today) for _ in each_tenant() if time.monotonic() < until)


@shared_task(name="npcs.tasks.consolidate_memories", expires=600)
def consolidate_memories() -> dict[str, int]:
    """Doubles set aside, reflections, forgetting; as much as the time allows, every server in
    turn."""
    until = time.monotonic() + settings.MEMORY_CONSOLIDATION_SECONDS
    done = consolidation.Done()
    for _ in each_tenant():
        with suppress(SwitchedOff, OverQuota):  # the owner's choice
            done.add(consolidation.tidy_up(until))
    return asdict(done)


@shared_task(name="npcs.tasks.reflect", expires=600)
def reflect() -> int:
    """What a language model notices in players' words, where one is named for it; every server in
    turn, as much as the time and the budgets allow."""
    until = time.monotonic() + settings.MEMORY_CONSOLIDATION_SECONDS
    made = 0
    for _ in each_tenant():
        with suppress(SwitchedOff, OverQuota):  # the owner's choice
            made += reflecting.tonight(until)
    return made


@shared_task(name="npcs.tasks.fade_bonds", expires=3600)
def fade_bonds() -> int:
    """NPCs that had nothing to do with each other come back to what they are to each other."""
    return sum(bonds.fade(timezone.now()) for _ in each_tenant())


@shared_task(name="npcs.tasks.review_talks", expires=240)
def review_talks() -> int:
    """What was said is looked through by a language model, where one is named for it."""
    until = time.monotonic() + REVIEW_SECONDS
    return sum(reviewing.review(until) for _ in each_tenant())


@shared_task(name="npcs.tasks.measure_junk", expires=600)
def measure_junk() -> int:
    """How much of what NPCs remember is of no use, for the platform's metrics."""
    return junk.measure(time.monotonic() + settings.MEMORY_CONSOLIDATION_SECONDS)


@shared_task(name="npcs.tasks.cross_memories", expires=600)
def cross_memories() -> int:
    """If it is switched on: what a town knows reaches the owner's other servers."""
    return crossing.cross() if settings.ENABLE_CROSS_SERVER_MEMORY else 0


@shared_task(name="npcs.tasks.forget_old")
def forget_old() -> None:
    """Files that nobody decided on, what staff can no longer take back, and old gossip."""
    for _ in each_tenant():
        deciding.forget_old()
        gossip.forget_old()
        pruning.forget_old()
        semantic_cache.forget_old()
        uploads.forget_old()
