"""Events come in: each counts once, with everything that follows from it, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from tenants.statements import rows
from world.reports import archive, castles, edges, hours, profiles, receivers, transactions
from world.reports.batches import Batch
from world.reports.events import GameEvent

MOST = 1_000
"""Events of one batch."""
KEPT = timedelta(days=8)
"""How long an id is known. Longer than the time by which an event may be late."""
OWN = (
    profiles.receive, archive.receive, transactions.receive, edges.receive, hours.receive,
    castles.receive,
)  # fmt: skip
"""Profiles first: the graph refers to them."""
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('reports ' || current_schema(), 0))"
CLAIM = """
INSERT INTO game_event_ids (digest, received_at)
SELECT digest, %(now)s FROM unnest(%(digests)s::uuid[]) digest
ON CONFLICT DO NOTHING RETURNING replace(digest::text, '-', '')
"""
FORGET = "DELETE FROM game_event_ids WHERE received_at < %(before)s"


@dataclass(frozen=True)
class Counted:
    accepted: int
    duplicates: int


def count(events: Sequence[GameEvent]) -> Counted:
    """Events seen before are left out. All others count or, if this raises, none does. One batch of
    a server at a time, so that two with the same events or players do not lock each other out."""
    now = timezone.now()
    unique = {event.digest: event for event in events}
    with transaction.atomic():
        rows(ALONE, {})
        fresh = rows(CLAIM, {"now": now, "digests": f"{{{','.join(unique)}}}"})
        if fresh:
            new = sorted((unique[digest] for (digest,) in fresh), key=lambda event: event.at)
            _pass_on(Batch(new, now))
    return Counted(accepted=len(fresh), duplicates=len(events) - len(fresh))


def _pass_on(batch: Batch) -> None:
    for receive in (*OWN, *receivers.others()):
        receive(batch)


def forget_ids() -> None:
    """Ids nobody will send again."""
    rows(FORGET, {"before": timezone.now() - KEPT})
