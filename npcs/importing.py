"""NPC scripts become characters of a server."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import TypeVar

from django.db import transaction

from npcs.models import NpcKnowledge, NpcPersonality
from npcs.scripts.records import Character, Line
from npcs.syncing import one_at_a_time
from npcs.temperament import temperament

T = TypeVar("T")
BATCH = 500
SHORTEST = 12
"""Characters a line needs to say anything."""
Progress = Callable[[int], None]
"""How many characters have been dealt with."""


@dataclass
class Imported:
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    facts: int = 0
    roles: Counter[str] = field(default_factory=Counter)


def import_characters(
    characters: Sequence[Character],
    *,
    progress: Progress = lambda done: None,
    dry_run: bool = False,
) -> Imported:
    """Create or update one NPC per character, in the present server. All or nothing; a second run
    changes nothing. What staff changed (persona, words, sensitivity, switched off) stays."""
    result = Imported(roles=Counter(character.role for character in characters))
    with transaction.atomic():
        one_at_a_time()
        for batch in _batches(characters):
            _import(batch, result)
            progress(result.created + result.updated + result.unchanged)
        if dry_run:
            transaction.set_rollback(True)
    return result


def _batches(items: Sequence[T]) -> Iterator[list[T]]:
    remaining = iter(items)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def _import(batch: list[Character], result: Imported) -> None:
    digests = {character.key: digest(character) for character in batch}
    known = NpcPersonality.objects.in_bulk(list(digests), field_name="key")
    new = [_new(one, digests[one.key]) for one in batch if one.key not in known]
    changed = [
        _changed(known[one.key], one, digests[one.key])
        for one in batch
        if one.key in known and known[one.key].script_digest != digests[one.key]
    ]
    NpcPersonality.objects.bulk_create(new)
    if changed:
        NpcPersonality.objects.bulk_update(changed, FIELDS)
        NpcKnowledge.objects.filter(npc__in=changed, origin=NpcKnowledge.Origin.SCRIPT).delete()
    rows = {row.key: row for row in [*new, *changed]}
    facts = [fact for one in batch if one.key in rows for fact in _facts(rows[one.key], one)]
    facts = _without_rewritten(facts, changed)
    NpcKnowledge.objects.bulk_create(facts, batch_size=2000)
    result.created += len(new)
    result.updated += len(changed)
    result.unchanged += len(batch) - len(new) - len(changed)
    result.facts += len(facts)


def _without_rewritten(
    facts: list[NpcKnowledge], changed: list[NpcPersonality]
) -> list[NpcKnowledge]:
    """Lines that staff put into other words keep those words. What staff added has position 0."""
    kept = set(
        NpcKnowledge.objects.filter(npc__in=changed, position__gt=0).values_list(
            "npc_id", "branch", "position"
        )
    )
    return [fact for fact in facts if (fact.npc_id, fact.branch, fact.position) not in kept]


FIELDS = [
    "name", "map_name", "x", "y", "sprite", "script_source", "script_digest", "version", "role",
    "role_reason",
]  # fmt: skip


def digest(character: Character) -> str:
    """Changes when anything does that the import would store."""
    return hashlib.sha256(repr(sorted(asdict(character).items())).encode()).hexdigest()


def _new(character: Character, digest: str) -> NpcPersonality:
    return NpcPersonality(
        key=character.key,
        script_digest=digest,
        **_place(character),
        **_trade(character),
        **temperament(character.key, character.role),
    )


def _changed(row: NpcPersonality, character: Character, digest: str) -> NpcPersonality:
    values = _place(character) | ({} if row.edited_by_staff else _trade(character))
    for name, value in values.items():
        setattr(row, name, value)
    row.script_digest = digest
    row.version += 1
    return row


def _place(character: Character) -> dict[str, str | int]:
    return {
        "name": character.name[:50],
        "map_name": character.map_name[:24],
        "x": character.x,
        "y": character.y,
        "sprite": character.sprite[:40],
        "script_source": f"{character.path}:{character.line}"[-200:],
    }


def _trade(character: Character) -> dict[str, str]:
    return {"role": character.role[:40], "role_reason": character.role_reason[:200]}


def _facts(npc: NpcPersonality, character: Character) -> list[NpcKnowledge]:
    """Its own lines; what others say in its script is not its knowledge."""
    own = [line for line in character.lines if line.voice == "own"]
    facts = [(topic(line), plain(line.text), line) for line in own]
    return [
        NpcKnowledge(
            npc=npc,
            topic=subject[:80],
            text=text,
            origin=NpcKnowledge.Origin.SCRIPT,
            branch=" > ".join(line.branch)[:200],
            position=position,
        )
        for position, (subject, text, line) in enumerate(facts, start=1)
        if len(text) >= SHORTEST
    ]


def topic(line: Line) -> str:
    """The menu choice that leads to it."""
    options = [step for step in line.branch if step.startswith('option "')]
    return options[-1].removeprefix('option "').removesuffix('"') if options else ""


def plain(text: str) -> str:
    """Without the placeholders of what only the running script knows."""
    for written in (", {player}", " {player}"):
        text = text.replace(written, "")
    return text.replace("{player}", "traveller").strip()
