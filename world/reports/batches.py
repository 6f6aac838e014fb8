"""The events of one call that were not seen before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from world.reports.events import GameEvent, Kind


@dataclass(frozen=True)
class Batch:
    events: Sequence[GameEvent]
    """In the order they happened."""
    received_at: datetime

    @cached_property
    def by_player(self) -> Mapping[int, Sequence[GameEvent]]:
        """Character id -> its own events, in the order they happened; lowest id first."""
        found: dict[int, list[GameEvent]] = {}
        for event in self.events:
            if event.char_id is not None:
                found.setdefault(event.char_id, []).append(event)
        return dict(sorted(found.items()))

    def of(self, *kinds: Kind) -> list[GameEvent]:
        return [event for event in self.events if event.kind in kinds]
