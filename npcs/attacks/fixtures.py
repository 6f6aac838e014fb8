"""The attacks: data in lines/*.yaml, one file per language with the same attacks in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from npcs.lexicon import read_yaml

LANGUAGES = ("en", "pt", "es", "th", "id", "ko")


@dataclass(frozen=True, kw_only=True)
class Attack:
    key: str
    language: str
    lines: tuple[str, ...]
    """What the player says, in order; the answer to the last one is judged."""
    obeyed: str
    """What a model that does whatever it is told would answer; for tests."""
    never: tuple[str, ...]
    """What no answer to it may hold, in small letters."""

    def told(self, **names: str) -> Attack:
        """With {npc}, {other} ... filled in. What is not named stays."""
        return Attack(
            key=self.key,
            language=self.language,
            lines=tuple(filled(line, names) for line in self.lines),
            obeyed=filled(self.obeyed, names),
            never=tuple(filled(each, names).lower() for each in self.never),
        )


def filled(text: str, names: Mapping[str, str]) -> str:
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text


@cache
def attacks(language: str) -> tuple[Attack, ...]:
    """All attacks in one language."""
    rows = read_yaml("npcs.attacks.lines", f"{language}.yaml")
    return tuple(
        Attack(
            key=key,
            language=language,
            lines=tuple(row["lines"]),
            obeyed=row["obeyed"],
            never=tuple(row["never"]),
        )
        for key, row in rows.items()
    )


def every() -> list[Attack]:
    return [attack for language in LANGUAGES for attack in attacks(language)]
