"""What an NPC knows, as far as it trusts who asks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Q

from npcs.brief import Fact
from npcs.candidates import Vector, near, statement
from npcs.models import NpcKnowledge
from npcs.models.knowledge import KnowledgeQuerySet
from npcs.retrieval import Candidate, Score
from npcs.retrieval import rated as scored
from npcs.turns import Scene

# The one place that says what an NPC may tell a player it trusts this much, as the world is now.
NEAR = statement(
    NpcKnowledge._meta.db_table,
    "id, topic, text, sensitivity, position, COALESCE(NULLIF(attribution, ''), (SELECT"
    " p.attribution FROM knowledge_packs p WHERE p.id = pack_id), ''), root_id",
    "(npc_id = %(npc_id)s OR pack_id = ANY(%(packs)s)) AND is_active"
    " AND sensitivity <= %(opened)s AND condition <> ALL(%(unmet)s)",
    label="topic",
)


def search(scene: Scene, said: str, vector: Vector | None, *, limit: int) -> list[Fact]:
    """The facts open to this player just now, best match first; those that do not fit at all come
    last."""
    best = _best(scene, said, vector)[:limit]
    return [replace(_fact(row), score=score.total) for row, score in best]


def rated(scene: Scene, said: str, vector: Vector | None) -> list[tuple[Fact, Score]]:
    """Those worth an exact score with it, best first."""
    return [(_fact(row), score) for row, score in _best(scene, said, vector)]


def own(scene: Scene, *, limit: int) -> list[Fact]:
    """What this NPC knows of itself, from its script or its staff, in their order; not what it
    heard or shares with others. Open to this player just now."""
    rows = NpcKnowledge.objects.filter(may_tell(scene), npc_id=scene.npc_id)
    of_itself = rows.exclude(origin=NpcKnowledge.Origin.HEARD).order_by("position", "pk")
    columns = ("pk", "topic", "text", "sensitivity", "attribution")
    found = of_itself.values_list(*columns)[:limit]
    return [
        Fact(
            id=pk, topic=topic, text=attributed(text, by, quoted=False),
            sensitivity=sensitivity, attribution=by,
        )
        for pk, topic, text, sensitivity, by in found
    ]  # fmt: skip


def may_tell(scene: Scene) -> Q:
    """The same rule for the ORM, of what this NPC knows."""
    return Q(is_active=True, sensitivity__lte=scene.opened) & ~Q(condition__in=scene.unmet)


def known_to(scene: Scene) -> KnowledgeQuerySet:
    return NpcKnowledge.objects.filter(Q(npc_id=scene.npc_id) | Q(pack_id__in=scene.packs))


def _best(scene: Scene, said: str, vector: Vector | None) -> list[tuple[tuple[Any, ...], Score]]:
    whose = {
        "npc_id": scene.npc_id,
        "packs": list(scene.packs),
        "opened": int(scene.opened),
        "unmet": list(scene.unmet),
    }
    found = near(NEAR, said, vector, whose, language=scene.language)
    candidates = [Candidate(id=row[0], text=f"{row[1]} {row[2]}", dense=row[-1]) for row in found]
    scores = scored(said, candidates, language=scene.language, now=scene.now)
    pairs = zip(found, scores, strict=True)
    return sorted(pairs, key=lambda pair: (-pair[1].total, pair[0][4], pair[0][0]))


def _fact(row: tuple[Any, ...]) -> Fact:
    pk, topic, text, sensitivity, _, attribution, root, _ = row
    told = attributed(text, attribution, quoted=root is not None)
    return Fact(id=pk, topic=topic, text=told, sensitivity=sensitivity, attribution=attribution)


def attributed(text: str, attribution: str, *, quoted: bool) -> str:
    """With who says so in front: a mind cannot leave out, or take for its own, what it heard."""
    if not attribution:
        return text
    return f'{attribution}: "{text.removesuffix(".")}".' if quoted else f"{attribution}: {text}"
