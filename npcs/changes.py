"""What persons change of characters, one or many at once, so that it can be seen and reverted."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.db import transaction
from django.utils import timezone

from aiworld.errors import Invalid
from npcs.models import NpcPersonality
from npcs.models.personality import NpcQuerySet

History = NpcPersonality.history.model
TRACKED = tuple(field.attname for field in History.tracked_fields if field.name != "id")
"""What the history keeps of a character."""
UNSEEN = "as it was before"
"""Reason of a state that nobody was seen to make: an import's, or the map-server's."""
MOST = 5_000
"""Characters changed at once."""
BATCH = 500


def baseline(ids: Collection[int]) -> None:
    """Before a change: keep the present state of those whose history ends with another one or has
    not begun. Imports and the map-server write without history; without this, the first change by
    a person could not be reverted."""
    latest = History.objects.filter(id__in=ids).order_by("id", "-history_id").distinct("id")
    known = {row.id: _values(row) for row in latest}
    stored = NpcPersonality.objects.filter(pk__in=ids)
    _keep([npc for npc in stored if known.get(npc.pk) != _values(npc)], None, UNSEEN)


def apply(
    ids: Collection[int],
    change: Callable[[NpcQuerySet], object],
    *,
    by: str,
    reason: str,
    most: int = MOST,
) -> list[NpcPersonality]:
    """Run `change` over these characters, all or none; returns those it changed, which then have a
    new version and an entry in their history. Raises Invalid if there are too many."""
    if len(ids) > most:
        raise Invalid(f"more than {most} characters at once; choose fewer", field="npcs")
    with transaction.atomic():
        rows = NpcPersonality.objects.filter(pk__in=ids)
        before = {npc.pk: _values(npc) for npc in rows.order_by("pk").select_for_update()}
        baseline(list(before))
        change(rows)
        changed = [npc for npc in rows.all() if _values(npc) != before[npc.pk]]
        NpcPersonality.objects.filter(pk__in=[npc.pk for npc in changed]).changed()
        _keep(changed, by, reason)
    return changed


def _values(row: Any) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in TRACKED)


def _keep(npcs: Collection[NpcPersonality], who: str | None, reason: str) -> None:
    now = timezone.now()
    History.objects.bulk_create(
        [
            History(
                id=npc.pk,
                history_date=now,
                history_type="~",
                history_user_id=who,
                history_change_reason=reason[:200],
                **{name: getattr(npc, name) for name in TRACKED},
            )
            for npc in npcs
        ],
        batch_size=BATCH,
    )
