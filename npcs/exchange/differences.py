"""What a file would change, before it does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from npcs.exchange.sheets import PERSONA, Fact, Sheet
from npcs.models import NpcKnowledge, NpcPersonality


@dataclass(frozen=True)
class Change:
    field: str
    old: Any
    new: Any


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One character: how the file differs from what is stored."""

    key: str
    name: str
    version: int | None
    """Of the stored row; None for a character that is not stored yet."""
    changes: tuple[Change, ...] = ()
    added: tuple[Fact, ...] = ()
    altered: tuple[Fact, ...] = ()
    """Known facts with another sensitivity, or switched on or off."""
    removed: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def is_new(self) -> bool:
        return self.version is None

    @property
    def is_empty(self) -> bool:
        return not (self.is_new or self.changes or self.added or self.altered or self.removed)


def differences(sheets: Sequence[Sheet], *, replace: bool = False) -> list[Difference]:
    """Of each sheet to the present server's characters. `replace`: facts that the file does not
    mention go, where it mentions any."""
    keys = [one.key for one in sheets]
    stored = NpcPersonality.objects.in_bulk(keys, field_name="key")
    known = knowledge_of(row.pk for row in stored.values())
    return [
        _difference(one, stored.get(one.key), known.get(row_id(stored, one), []), replace)
        for one in sheets
    ]


def row_id(stored: dict[str, NpcPersonality], one: Sheet) -> int:
    row = stored.get(one.key)
    return row.pk if row else 0


def knowledge_of(npc_ids: Iterable[int]) -> dict[int, list[NpcKnowledge]]:
    """What they know themselves; what they heard is no part of them."""
    found: dict[int, list[NpcKnowledge]] = {}
    own = NpcKnowledge.objects.filter(npc_id__in=list(npc_ids), root=None)
    for row in own.defer("embedding"):
        found.setdefault(row.npc_id or 0, []).append(row)
    return found


def _difference(
    one: Sheet, row: NpcPersonality | None, known: list[NpcKnowledge], replace: bool
) -> Difference:
    there = {identity(fact): fact for fact in known}
    told = {fact.identity: fact for fact in one.knowledge or ()}
    gone = [there[key].text for key in there.keys() - told.keys()] if one.knowledge else []
    return Difference(
        key=one.key,
        name=one.name or (row.name if row else default_name(one.key)),
        version=row.version if row else None,
        changes=tuple(_changes(one, row)),
        added=tuple(fact for key, fact in told.items() if key not in there),
        altered=tuple(
            fact for key, fact in told.items() if key in there and differs(there[key], fact)
        ),
        removed=tuple(sorted(gone)) if replace else (),
        notes=one.notes,
    )


def identity(row: NpcKnowledge) -> tuple[str, str]:
    return row.topic.casefold(), row.text.casefold()


def differs(row: NpcKnowledge, fact: Fact) -> bool:
    return (row.sensitivity, row.condition, row.is_active) != (
        fact.sensitivity, fact.condition, fact.is_active,
    )  # fmt: skip


def default_name(key: str) -> str:
    """What players see of a unique name: `prontera/Guard#east` is Guard."""
    return key.partition("/")[2].partition("::")[0].partition("#")[0][:50]


def _changes(one: Sheet, row: NpcPersonality | None) -> list[Change]:
    given = one.persona
    return [
        Change(name, old, given[name])
        for name in PERSONA
        if name in given and (old := getattr(row, name) if row else None) != given[name]
    ]
