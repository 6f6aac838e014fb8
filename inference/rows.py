"""What may be scored or forecast: rows of numbers by name, or sequences of such rows. The same
limits hold in every backend; which names a model wants, it says itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from aiworld.errors import Invalid

MAX_NUMBERS = 50_000
"""In one item."""
MAX_DEPTH = 4


def check(items: Sequence[object]) -> list[Any]:
    """The items. Raises Invalid for what is empty, too large, no finite number, or nested deeper
    than a sequence of rows of sequences."""
    for item in items:
        if not isinstance(item, Mapping | list | tuple) or not item:
            raise Invalid("an item must be a row or a sequence that is not empty", field="items")
        if _count(item, 0) > MAX_NUMBERS:
            raise Invalid(f"an item has more than {MAX_NUMBERS} numbers", field="items")
    return list(items)


def _count(value: object, depth: int) -> int:
    if depth > MAX_DEPTH:
        raise Invalid(f"an item is nested deeper than {MAX_DEPTH}", field="items")
    if isinstance(value, Mapping):
        return sum(_count(each, depth + 1) for each in value.values())
    if isinstance(value, list | tuple):
        return sum(_count(each, depth + 1) for each in value)
    if isinstance(value, str | bool) or value is None:
        return 1
    if not isinstance(value, int | float):
        raise Invalid("an item holds what is neither a number nor a name", field="items")
    if isinstance(value, float) and not isfinite(value):
        raise Invalid("an item holds NaN or infinity", field="items")
    return 1
