"""Scalars of rAthena's YAML, and records as patches of what is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from world.rathena.records import Broken

Read = Callable[[Any], Any]
MAX_ZENY = 2_147_483_647


def whole(low: int, high: int, *, capped: bool = False) -> Read:
    """A whole number, decimal or 0x...; outside of its range it is an error, or is put to the
    bound where rAthena does so."""

    def read(value: Any) -> int:
        text = str(value).strip()
        try:
            number = int(text, 16 if text.lower().startswith("0x") else 10)
        except ValueError:
            raise Broken(f"{text[:40]!r} is no whole number") from None
        if capped and number > high:
            return high
        if not low <= number <= high:
            raise Broken(f"{number} is outside of {low} to {high}")
        return number

    return read


def text(most: int) -> Read:
    """Words on one line, cut to `most` characters."""

    def read(value: Any) -> str:
        if isinstance(value, Mapping | list) or value is None:
            raise Broken("words are expected")
        plain = "".join(c if c.isprintable() else " " for c in str(value))
        return " ".join(plain.split())[:most]

    return read


def named(value: Any) -> str:
    """As `text`, but not empty."""
    found: str = text(60)(value)
    if not found:
        raise Broken("is empty")
    return found


def truth(value: Any) -> bool:
    known = {"true": True, "false": False}
    try:
        return known[str(value).strip().lower()]
    except KeyError:
        raise Broken(f"{str(value)[:40]!r} is neither true nor false") from None


def toggled(before: Iterable[str], value: Any) -> tuple[str, ...]:
    """`Locations: {Head_Top: true, Head_Mid: false}`: switches these, leaves others as they
    were."""
    if value in (None, ""):
        return tuple(before)
    if not isinstance(value, Mapping):
        raise Broken("a list of 'Name: true' is expected")
    on = dict.fromkeys(before)
    for name, switch in value.items():
        if truth(switch):
            on[named(name)] = None
        else:
            on.pop(named(name), None)
    return tuple(on)


def entries(value: Any) -> list[Mapping[str, Any]]:
    """A list of mappings; nothing is an empty one."""
    if value in (None, ""):
        return []
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        raise Broken("a list of entries is expected")
    return value


def patched(values: Mapping[str, Any], fields: Mapping[str, tuple[str, Read]]) -> dict[str, Any]:
    """What a record says of these fields: key of the record -> (our name, how it is read)."""
    return {
        name: field(key, read, values[key]) for key, (name, read) in fields.items() if key in values
    }


def field(key: str, read: Read, value: Any) -> Any:
    try:
        return read(value)
    except Broken as broken:
        raise Broken(f"{key}: {broken}") from None


def required(values: Mapping[str, Any], *keys: str) -> None:
    for key in keys:
        if key not in values:
            raise Broken(f"{key} is missing")
