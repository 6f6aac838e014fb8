"""What it means that a person changed a character."""

from __future__ import annotations

from collections.abc import Iterable

from npcs.models.personality import TRAITS, NpcPersonality

PERSONA = frozenset({"name", "role", "background", "speech_style", "alignment", "mood", *TRAITS})
"""Fields that an import would write too. Once staff changed one, it leaves them alone."""


def note_edit(npc: NpcPersonality, changed: Iterable[str]) -> None:
    """`changed`: names of the fields. The caller saves."""
    if PERSONA & set(changed):
        npc.edited_by_staff = True
