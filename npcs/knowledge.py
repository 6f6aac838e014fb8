"""What an NPC knows, as far as it trusts who asks."""

from __future__ import annotations

from datetime import datetime

from npcs.brief import Fact, Language
from npcs.candidates import Vector, near
from npcs.models import NpcKnowledge
from npcs.retrieval import Candidate, scores


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
    rows = list(near(NpcKnowledge.objects.open_to(npc_id, trust), said, vector))
    candidates = [
        Candidate(id=row.pk, text=f"{row.topic} {row.text}", dense=row.dense) for row in rows
    ]
    rated = zip(rows, scores(said, candidates, language=language, now=now), strict=True)
    best = sorted(rated, key=lambda pair: (-pair[1], pair[0].position, pair[0].pk))[:limit]
    return [
        Fact(id=row.pk, topic=row.topic, text=row.text, sensitivity=row.sensitivity, score=score)
        for row, score in best
    ]
