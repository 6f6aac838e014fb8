"""What an NPC knows, as far as it trusts who asks."""

from __future__ import annotations

from datetime import datetime

from npcs.brief import Fact, Language
from npcs.candidates import Vector, near, statement
from npcs.models import NpcKnowledge
from npcs.retrieval import Candidate, scores

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
    whose = {"npc_id": npc_id, "trust": trust}
    found = near(NEAR, said, vector, whose, language=language)
    candidates = [
        Candidate(id=pk, text=f"{topic} {text}", dense=dense)
        for pk, topic, text, _, _, dense in found
    ]
    rated = zip(found, scores(said, candidates, language=language, now=now), strict=True)
    best = sorted(rated, key=lambda pair: (-pair[1], pair[0][4], pair[0][0]))[:limit]
    return [
        Fact(id=pk, topic=topic, text=text, sensitivity=sensitivity, score=score)
        for (pk, topic, text, sensitivity, _, _), score in best
    ]
