"""An item that takes long: until when somebody waits for it, and whether still."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import Any


@dataclass(frozen=True)
class Wanted:
    item: Mapping[str, Any]
    ends_at: float
    """A moment of `time.monotonic`."""
    unwanted: Event = field(default_factory=Event)
    """Set when nobody waits any more."""
