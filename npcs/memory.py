"""What an NPC remembers about one character, and about nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from aiworld.errors import Conflict, Invalid, NotFound
from npcs.appraisal import memorable
from npcs.brief import Language, Recollection
from npcs.candidates import Vector, near, statement
from npcs.models import NpcMemory, NpcPersonality
from npcs.retrieval import Candidate, Score
from npcs.retrieval import rated as scored
from npcs.scales import Speaker
from tenants.statements import rows

MAX_RECALLED = 100
TABLE = NpcMemory._meta.db_table
COLUMNS = ("id", "text", "speaker", "subject", "place", "happened_at", "importance")
ABOUT = "npc_id = %(npc_id)s AND char_id = %(char_id)s AND superseded_by_id IS NULL"
"""What this NPC remembers of this character, and of nobody else; as NpcMemory.objects.about."""
NEAR = statement(TABLE, ", ".join(COLUMNS), ABOUT, label="subject")
LATEST = f"""
SELECT {", ".join(COLUMNS)} FROM {TABLE} WHERE {ABOUT}
ORDER BY happened_at DESC, id DESC LIMIT %(limit)s
"""  # nosec B608: constants of this module


def search(
    npc_id: int,
    char_id: int,
    said: str,
    vector: Vector | None,
    *,
    language: Language,
    limit: int,
    now: datetime,
) -> list[Recollection]:
    """The memories of `char_id` that fit `said` best, best first."""
    found = rated(npc_id, char_id, said, vector, language=language, now=now)
    best = [(one, score.total) for one, score in found[:limit]]
    return [replace(one, score=total) for one, total in best if total > 0]


def rated(
    npc_id: int,
    char_id: int,
    said: str,
    vector: Vector | None,
    *,
    language: Language,
    now: datetime,
) -> list[tuple[Recollection, Score]]:
    """Those worth an exact score with it, best first."""
    whose = {"npc_id": npc_id, "char_id": char_id}
    found = near(NEAR, said, vector, whose, language=language)
    memories = [Recollection(**dict(zip(COLUMNS, row[:-1], strict=True))) for row in found]
    candidates = [
        Candidate(
            id=one.id,
            text=f"{one.subject} {one.text}",
            dense=row[-1],
            importance=one.importance,
            happened_at=one.happened_at,
        )
        for one, row in zip(memories, found, strict=True)
    ]
    pairs = zip(memories, scored(said, candidates, language=language, now=now), strict=True)
    return sorted(pairs, key=lambda pair: pair[1].total, reverse=True)


def latest(npc_id: int, char_id: int, *, limit: int) -> list[Recollection]:
    found = rows(LATEST, {"npc_id": npc_id, "char_id": char_id, "limit": limit})
    return [Recollection(**dict(zip(COLUMNS, row, strict=True))) for row in found]


def recollection(row: NpcMemory) -> Recollection:
    return Recollection(
        id=row.pk,
        text=row.text,
        speaker=row.speaker,  # type: ignore[arg-type]
        subject=row.subject,
        place=row.place,
        happened_at=row.happened_at,
        importance=row.importance,
    )


def remember(
    *,
    npc_key: str,
    char_id: int,
    player_name: str,
    text: str,
    request_id: str | None,
    importance: float | None = None,
    subject: str = "",
    speaker: str = Speaker.PLAYER,
    happened_at: datetime | None = None,
    place: str = "",
    vector: Vector | None = None,
    language: Language = "en",
) -> tuple[NpcMemory, bool]:
    """Store a memory; returns it and whether it was stored before by the same request id.

    Raises NotFound, Invalid (a moment in the future), Conflict (request id of another memory)."""
    npc_row = NpcPersonality.objects.filter(key=npc_key).only("id", "map_name").first()
    if npc_row is None:
        raise NotFound(unknown_npc(npc_key), field="npc")
    now = timezone.now()
    if happened_at and happened_at > now:
        raise Invalid("happened_at lies in the future", field="happened_at")
    fields = {
        "npc_id": npc_row.pk,
        "char_id": char_id,
        "player_name": player_name,
        "text": text,
        "subject": subject,
        "speaker": speaker,
        "importance": memorable(text, language) if importance is None else importance,
        "happened_at": happened_at or now,
        "place": place or npc_row.map_name,
        "kind": NpcMemory.Kind.EVENT,
        "embedding": None if vector is None else list(vector),
    }
    if not request_id:
        return NpcMemory.objects.create(**fields), False
    row, made = NpcMemory.objects.get_or_create(request_id=request_id, defaults=fields)
    if not made and (row.npc_id, row.char_id, row.text) != (npc_row.pk, char_id, text):
        raise Conflict(used_request_id(request_id), field="request_id")
    return row, not made


def unknown_npc(key: str) -> str:
    return f"this server has no NPC {key!r}; import_npcs or SyncNpcs makes it known"


def used_request_id(request_id: str) -> str:
    return f"request id {request_id!r} was used for another request; use a new one"
