"""Which events a watcher wants. The page hides the others by itself; saying so saves their bytes.
An event that lacks what is asked for is not held back by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MAX_LENGTH = 60
CONTAINED: dict[str, tuple[str, ...]] = {
    "npc": ("npc_name", "npc_key"),
    "player": ("player_name",),
    "map": ("map",),
}
"""Part of one of these, upper and lower case alike."""
EQUAL = {"language": "language", "source": "source", "conversation": "conversation_id"}


def wanted(values: Mapping[str, object]) -> dict[str, str]:
    """What is understood of `values`, e.g. of a query string."""
    found = {name: str(values.get(name) or "").strip() for name in (*CONTAINED, *EQUAL)}
    return {name: value[:MAX_LENGTH] for name, value in found.items() if value}


def fits(event: Mapping[str, Any], filters: Mapping[str, str]) -> bool:
    return all(_fits(event, name, value) for name, value in filters.items())


def _fits(event: Mapping[str, Any], name: str, value: str) -> bool:
    if name in EQUAL:
        return EQUAL[name] not in event or str(event[EQUAL[name]]) == value
    keys = [key for key in CONTAINED[name] if key in event]
    if name == "player" and str(event.get("char_id", "")) == value:
        return True
    return not keys or any(value.lower() in str(event[key]).lower() for key in keys)
