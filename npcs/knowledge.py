"""What an NPC knows, as far as it trusts who asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from npcs.brief import Fact, Language
from npcs.candidates import Vector, near, statement
from npcs.models import NpcKnowledge
from npcs.retrieval import Candidate, Score
from npcs.retrieval import rated as scored

# The one place that says what an NPC may tell a player it trusts this much.
NEAR = statement(
    NpcKnowledge._meta.db_table,
    "id, topic, text, sensitivity, position",
    "npc_id = %(npc_id)s AND is_active AND sensitivity <= %(trust)s",
    label="topic",
)


def search(
    npc_id: int,
    trust: float,
    said: str,
    vector: Vector | None,
    *,
    language: Language,
    limit: int,
    now: datetime,
) -> list[Fact]:
    """The facts open at this trust, best match first; those that do not fit at all come last."""
    best = _best(npc_id, trust, said, vector, language, now)[:limit]
    return [replace(_fact(row), score=score.total) for row, score in best]


def rated(
    npc_id: int,
    trust: float,
    said: str,
    vector: Vector | None,
    *,
    language: Language,
    now: datetime,
) -> list[tuple[Fact, Score]]:
    """Those worth an exact score with it, best first."""
    best = _best(npc_id, trust, said, vector, language, now)
    return [(_fact(row), score) for row, score in best]


def _best(
    npc_id: int, trust: float, said: str, vector: Vector | None, language: Language, now: datetime
) -> list[tuple[tuple[Any, ...], Score]]:
    whose = {"npc_id": npc_id, "trust": trust}
    found = near(NEAR, said, vector, whose, language=language)
    candidates = [
        Candidate(id=pk, text=f"{topic} {text}", dense=dense)
        for pk, topic, text, _, _, dense in found
    ]
    pairs = zip(found, scored(said, candidates, language=language, now=now), strict=True)
    return sorted(pairs, key=lambda pair: (-pair[1].total, pair[0][4], pair[0][0]))


def _fact(row: tuple[Any, ...]) -> Fact:
    pk, topic, text, sensitivity, *_ = row
    return Fact(id=pk, topic=topic, text=text, sensitivity=sensitivity)
