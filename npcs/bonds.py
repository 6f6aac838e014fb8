"""How NPCs stand to each other while they have nothing to do with each other: a bond that talk or
an agent has moved comes back, night by night, to what staff left it at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone

from aiworld.changes import Changes
from npcs.models import NpcPersonality, NpcRelationship
from tenants.statements import rows

SHARE = 0.05
"""Of the distance that a bond (-100..100) comes back in a night; at least one point."""
QUIET = timedelta(days=3)
"""Without a word between them, before it begins."""
FADE = """
UPDATE npc_relationships SET
    bond = bond + sign(bond_resting - bond)::int
        * greatest(1, round(abs(bond_resting - bond) * %(share)s::float))::int,
    bond_faded_on = %(today)s
WHERE other_npc_id IS NOT NULL AND bond <> bond_resting
  AND (bond_faded_on IS NULL OR bond_faded_on < %(today)s)
  AND (last_met_at IS NULL OR last_met_at < %(quiet)s)
RETURNING id
"""


def fade(now: datetime) -> int:
    """Of the present server, once a day however often it is called; how many bonds moved."""
    values = {"share": SHARE, "today": now.date(), "quiet": now - QUIET}
    return len(rows(FADE, values))


def left_at(row: NpcRelationship, changed: Sequence[str]) -> None:
    """A bond that staff sets is where it rests, unless they said otherwise. Call it before the row
    is saved; `changed` are the fields they touched."""
    if "bond" in changed and "bond_resting" not in changed:
        row.bond_resting = row.bond


def draw_closer(
    one: NpcPersonality, other: NpcPersonality, *, most: int, changes: Changes | None
) -> None:
    """Who talks with each other comes to like each other, as far as `most`: no secret is told for
    the sake of talk alone."""
    for npc, toward in ((one, other), (other, one)):
        NpcRelationship.objects.get_or_create(npc=npc, other_npc=toward)
    both = NpcRelationship.objects.filter(
        Q(npc=one, other_npc=other) | Q(npc=other, other_npc=one)
    )  # fmt: skip
    both.update(last_met_at=timezone.now())
    nearer = both.filter(bond__gte=0, bond__lt=most)
    if changes is None:
        nearer.update(bond=F("bond") + 1)
        return
    for row in nearer.select_for_update(of=("self",)).order_by("pk"):
        changes.update(row, bond=row.bond + 1)
