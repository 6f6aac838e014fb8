"""What an NPC remembers about one character, and about nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.utils import timezone

from aiworld.errors import Conflict, Invalid, NotFound
from npcs.appraisal import memorable
from npcs.brief import Language, Recollection, Turn
from npcs.candidates import Vector, near, statement
from npcs.event_time import spans
from npcs.indexing import Document, Index, Numbers
from npcs.models import NpcMemory, NpcPersonality
from npcs.models.memory import Scope
from npcs.question import Question
from npcs.ranking import Ranking, rank, sure
from npcs.retrieval import Candidate, Score
from npcs.retrieval import rated as scored
from npcs.scales import Speaker
from npcs.terms import script
from tenants.statements import rows

MAX_RECALLED = 100
RANKED, SCORED = 200, 40
"""Rows that are ranked, and of these the best that get an exact score."""
SITTING = timedelta(minutes=30)
"""What was said without a longer pause belongs together."""
ASKED = 300
"""Characters kept of the question that a memory answers."""
TABLE = NpcMemory._meta.db_table
COLUMNS = ("id", "text", "speaker", "subject", "place", "happened_at", "importance")
ABOUT = (
    "npc_id = %(npc_id)s AND char_id = %(char_id)s AND scope = 'private'"
    " AND superseded_by_id IS NULL"
)
"""What this NPC remembers of this character, and of nobody else; as NpcMemory.objects.about."""
KNOWN = f"""id = ANY(ARRAY(SELECT id FROM {TABLE} WHERE {ABOUT}) || ARRAY(
    SELECT m.id FROM {TABLE} m JOIN npc_personalities n ON n.id = %(npc_id)s
    WHERE m.scope <> 'private' AND m.superseded_by_id IS NULL AND m.sensitivity <= %(opened)s
      AND (m.scope = 'town' AND m.scope_key = n.map_name
           OR m.scope = 'faction' AND m.scope_key = NULLIF(n.faction, ''))))"""  # nosec B608
"""And what its town and its faction remember, as far as the player is trusted. Two index scans: in
one condition with OR the planner may read every memory of the server."""
NEAR = statement(
    TABLE,
    f"{', '.join(COLUMNS)}, context, scope, kind",
    KNOWN,
    label="subject || ' ' || context",
    limit=RANKED,
)
LATEST = f"""
SELECT {", ".join(COLUMNS)} FROM {TABLE} WHERE {ABOUT} AND kind <> 'reflection'
ORDER BY happened_at DESC, id DESC LIMIT %(limit)s
"""  # nosec B608: constants of this module
NOTHING_SHARED = -1


@dataclass(frozen=True)
class Recalled:
    memories: list[Recollection]
    """Best first."""
    sure: bool
    """Whether any of them seems to answer; if not, the NPC says that it does not know."""


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
    """The memories of `char_id` that fit `said` best, best first; nothing that is shared."""
    return recall(
        npc_id, char_id, said, vector, language=language, limit=limit, now=now
    ).memories  # fmt: skip


def recall(
    npc_id: int,
    char_id: int,
    said: str,
    vector: Vector | None,
    *,
    language: Language,
    limit: int,
    now: datetime,
    opened: int = NOTHING_SHARED,
) -> Recalled:
    """The same with what town and faction remember, up to the sensitivity `opened`."""
    found, ranking = _ranked(
        npc_id, char_id, said, vector, language=language, now=now, opened=opened,
        most=max(limit, SCORED),
    )  # fmt: skip
    certain = ranking is not None and sure(ranking)
    fitting = [
        replace(one, score=score.total) for one, score in found if certain or score.total > 0
    ]
    return Recalled(fitting[:limit], certain)


def rated(
    npc_id: int,
    char_id: int,
    said: str,
    vector: Vector | None,
    *,
    language: Language,
    now: datetime,
    opened: int = NOTHING_SHARED,
) -> list[tuple[Recollection, Score]]:
    """Those worth an exact score with it, best first."""
    return _ranked(
        npc_id, char_id, said, vector, language=language, now=now, opened=opened, most=SCORED
    )[0]


def _ranked(
    npc_id: int,
    char_id: int,
    said: str,
    vector: Vector | None,
    *,
    language: Language,
    now: datetime,
    opened: int,
    most: int,
) -> tuple[list[tuple[Recollection, Score]], Ranking | None]:
    """The order is that of `ranking`, the score that of `retrieval`: which fits best, and how well
    that is on a scale which holds for all questions."""
    whose = {"npc_id": npc_id, "char_id": char_id, "opened": opened}
    read = near(NEAR, said, vector, whose, language=language)
    if not read:
        return [], None
    read.sort(key=lambda row: (row[5], row[0]))
    question = Question(text=said, at=now, language=script(said) or language)
    cosines = [_cosines(read)] if vector is not None else []
    ranking = rank(indexed(read, language), question, cosines)
    best = [read[at] for at in ranking.best(most)]
    memories = [
        Recollection(
            **dict(zip(COLUMNS, row, strict=False)),
            shared=row[8] != Scope.PRIVATE,
            noticed=row[9] == NpcMemory.Kind.REFLECTION,
        )
        for row in best
    ]
    exact = scored(said, [_candidate(row) for row in best], language=language, now=now)
    timed = _then(question, memories)
    return [
        (one, score._replace(total=max(score.total, THEN * (one.id in timed))))
        for one, score in zip(memories, exact, strict=True)
    ], ranking


THEN = 0.2
"""Score of what happened when the question says, if nothing else speaks for it."""


def _then(question: Question, memories: Sequence[Recollection]) -> set[int]:
    asked = [
        span for span in spans(question.text, question.at) if span.end <= question.at.timestamp()
    ]
    return {
        one.id
        for one in memories
        for span in asked
        if span.begin <= one.happened_at.timestamp() < span.end
    }


def indexed(read: Sequence[tuple[Any, ...]], language: Language) -> Index:
    """Rows as NEAR gives them, in the order in which they happened; a pause begins another
    sitting."""
    documents, sitting, last = [], 0, read[0][5]
    for row in read:
        _, text, speaker, subject, _, happened_at, _, context, *_ = row
        sitting += happened_at - last > SITTING
        last = happened_at
        documents.append(
            Document(
                text=f"{subject} {text}".strip(), before=context, speaker=speaker,
                session=sitting, at=happened_at, language=script(text) or language,
            )
        )  # fmt: skip
    return Index(documents)


def _cosines(read: Sequence[tuple[Any, ...]]) -> Numbers:
    return np.array([np.nan if row[-1] is None else row[-1] for row in read], dtype=float)


def _candidate(row: tuple[Any, ...]) -> Candidate:
    pk, text, _, subject, _, happened_at, importance, *_, dense = row
    return Candidate(
        id=pk, text=f"{subject} {text}", dense=dense, importance=importance,
        happened_at=happened_at,
    )  # fmt: skip


def asked_before(recent: Sequence[Turn], now: datetime) -> str:
    """The character's last line, if it asked something just now: what the player says next is
    found by it. It is searched with and never told."""
    if not recent or recent[-1].speaker != "npc" or now - recent[-1].at > SITTING:
        return ""
    text = recent[-1].text
    return text[-ASKED:] if "?" in text else ""


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
        shared=row.scope != Scope.PRIVATE,
        noticed=row.kind == NpcMemory.Kind.REFLECTION,
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
