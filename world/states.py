"""The state of the world and of single maps: what conditions of knowledge ask for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from aiworld.changes import Changes
from world.models import WorldStateSnapshot

WORLD = "world"
AGAIN = timedelta(days=1)
"""A state that did not change is noted again, before conditions take it for old (2 days)."""
FRESH = timedelta(days=2)


def latest(scopes: list[str], *, now: datetime) -> dict[str, WorldStateSnapshot]:
    fresh = WorldStateSnapshot.objects.filter(
        scope__in=scopes, taken_at__gt=now - FRESH, taken_at__lte=now
    )
    return {row.scope: row for row in fresh.order_by("scope", "-taken_at").distinct("scope")}


def note(changes: Mapping[str, Mapping[str, Any]], *, now: datetime) -> int:
    """Scope -> what is so there now. What else is noted of it stays: castles, flags. Returns how
    many states were written; one that says nothing new is not."""
    known = latest(list(changes), now=now)
    made = []
    for scope, change in changes.items():
        row = known.get(scope)
        before = row.state if row and isinstance(row.state, dict) else {}
        if row is None or {**before, **change} != before or row.taken_at < now - AGAIN:
            made.append(WorldStateSnapshot(taken_at=now, scope=scope, state={**before, **change}))
    WorldStateSnapshot.objects.bulk_create(made)
    return len(made)


def note_flags(
    scope: str, flags: Mapping[str, Any], *, now: datetime, changes: Changes
) -> WorldStateSnapshot:
    """These flags of a scope, beside the others, which stay."""
    row = latest([scope], now=now).get(scope)
    before = row.state if row and isinstance(row.state, dict) else {}
    known = before.get("flags")
    merged = {**(known if isinstance(known, dict) else {}), **flags}
    return changes.create(
        WorldStateSnapshot(taken_at=now, scope=scope, state={**before, "flags": merged})
    )
