"""What an NPC is called: what players see, what the server knows it by, and the stable key."""

from __future__ import annotations

from dataclasses import dataclass

MAX_NAME = 50  # NPC_NAME_LENGTH of rAthena; it cuts longer names


@dataclass(frozen=True, slots=True)
class Name:
    visible: str
    unique: str

    @property
    def too_long(self) -> bool:
        return len(self.unique) > MAX_NAME


def parse_name(written: str) -> Name:
    """`Guard#west` shows Guard; `Guard::west_guard` shows Guard and is known as west_guard."""
    display, double_colon, unique = written.partition("::")
    return Name(display.partition("#")[0].strip(), unique if double_colon else written)


def stable_key(map_name: str, unique_name: str) -> str:
    return f"{map_name.lower()}/{unique_name[:MAX_NAME]}"
