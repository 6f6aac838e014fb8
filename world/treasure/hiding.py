"""A hunt begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from aiworld.changes import Changes
from aiworld.errors import Invalid
from world import gamedata
from world.happenings import planning
from world.happenings.planning import Happening
from world.models import WorldEvent
from world.treasure import charting, clues, sayings
from world.treasure.clues import Clue

LASTS = timedelta(days=1)
FEWEST, MOST = 2, 5
"""Places of a hunt."""


def hide(
    steps: Sequence[tuple[str, Clue]], guardian_id: int, *, npc: str, level: int, title: str,
    tale: str, changes: Changes,
) -> WorldEvent:  # fmt: skip
    """`steps`: maps with their clues, in order; `npc`: stable key of who keeps the reward. Raises
    Invalid for a clue that fits another map too, OverQuota, Conflict."""
    known = charting.features()
    for name, told in steps:
        if clues.solutions(told, known) != [name]:
            raise Invalid(f"the clue to {name} does not tell it from others", field="maps")
    guardian = gamedata.monster(guardian_id, field="guardian")
    riddles = [sayings.riddle(told) for _, told in steps]
    data = {
        "npc": npc,
        "level": level,
        "steps": [
            {"map": name, "clue": riddle} for (name, _), riddle in zip(steps, riddles, strict=True)
        ],
        "guardian_id": guardian.pk,
    }
    event, _known = planning.plan(
        Happening(
            kind="treasure", title=title, description=sayings.whole(tale, riddles, guardian.name),
            severity=2.0, data=data, ends_at=timezone.now() + LASTS,
        ),
        made_by="agent",
        changes=changes,
    )  # fmt: skip
    return event
