"""Whether what characters do by a path of their own may go on: talks, decisions, offers of work,
the tidying up of memories. Who decides that stands above and registers:

    gates.kept_by(check)      # def check(agent: str) -> None, raises SwitchedOff, OverQuota

It is called within a unit that reads, in the server's schema, at every talk: it has to be quick."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

Path = Literal["dialogue", "decision", "memory", "quest"]
Keeper = Callable[[str], None]
_keepers: list[Keeper] = []


def kept_by(keeper: Keeper) -> None:
    """Doing it again changes nothing."""
    if keeper not in _keepers:
        _keepers.append(keeper)


def check(path: Path) -> None:
    """Raises SwitchedOff, OverQuota."""
    for keeper in _keepers:
        keeper(path)
