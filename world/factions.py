"""The graph of factions: who stands how to whom, and how far an act spreads.

An act on one faction is felt by its allies (+0.3 x strength) and by its enemies (-0.5 x intensity),
by theirs more weakly, and no further than FURTHEST steps. Level by level, so that each faction is
reached by its nearest ways only; the ways of one level add up, bounded by the act itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

from django.db import transaction

from aiworld.changes import Changes
from aiworld.errors import Invalid, NotFound
from tenants.statements import rows
from world.models import FactionNode

Relation = Literal["allied", "friendly", "trading", "vassal", "rival", "hostile", "at_war"]
RELATIONS: tuple[Relation, ...] = get_args(Relation)
TOWARDS: Mapping[str, float] = {
    "allied": 1.0, "vassal": 0.8, "friendly": 0.6, "trading": 0.3,
    "rival": -0.4, "hostile": -0.7, "at_war": -1.0,
    "ally": 1.0, "enemy": -1.0,
}  # fmt: skip
"""How near a relation is, -1..1; the last two are older names that stored graphs still hold."""
ALLY, ENEMY = 0.3, 0.5
DAMPING, FURTHEST = 0.5, 3
"""What is left of it at each further step, and the last step."""
LEAST = 1.0
"""Points below which nobody feels anything."""
MOST_FELT = 5_000
"""Factions that one act reaches."""
FactionAct = Literal["treaty", "aid", "trade", "insult", "raid", "betrayal", "war"]
ACTS: Mapping[FactionAct, float] = {
    "treaty": 0.4, "aid": 0.2, "trade": 0.1, "insult": -0.15, "raid": -0.3, "betrayal": -0.6,
    "war": -1.0,
}  # fmt: skip
"""By how much it moves the closeness (-1..1) of two factions at full intensity."""
BOUNDS: tuple[tuple[float, Relation], ...] = (
    (0.75, "allied"), (0.4, "friendly"), (0.05, "trading"),
    (-0.3, "rival"), (-0.8, "hostile"), (-1.0, "at_war"),
)  # fmt: skip
"""(lowest closeness, relation). A vassal stays one until it turns against its lord."""
NEIGHBOURS = """
SELECT n.key, e.key, e.value ->> 'kind', COALESCE((e.value ->> 'strength')::float8, 0.5)
FROM faction_nodes n, jsonb_each(n.relations) e
WHERE n.key = ANY(%(keys)s) AND jsonb_typeof(e.value) = 'object'
"""


STANDINGS = """
SELECT e.value ->> 'kind', count(*) FROM faction_nodes n, jsonb_each(n.relations) e
WHERE jsonb_typeof(e.value) = 'object' AND e.value ->> 'kind' IS NOT NULL GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, kw_only=True)
class Felt:
    key: str
    points: float
    hops: int


def spread(key: str, points: float) -> list[Felt]:
    """Who feels an act of `points` on the faction `key`, itself first, nearest first."""
    felt = {key: Felt(key=key, points=points, hops=0)}
    frontier = {key: points}
    for hops in range(1, FURTHEST + 1):
        coming: dict[str, float] = {}
        for source, target, kind, strength in _edges(list(frontier)):
            if target not in felt:
                share = _share(kind, strength) * (DAMPING if hops > 1 else 1.0)
                coming[target] = coming.get(target, 0.0) + frontier[source] * share
        most = abs(points)
        frontier = {
            name: min(max(value, -most), most)
            for name, value in sorted(coming.items())
            if abs(value) >= LEAST
        }
        room = MOST_FELT - len(felt)
        frontier = dict(sorted(frontier.items(), key=lambda one: -abs(one[1]))[:room])
        felt |= {name: Felt(key=name, points=value, hops=hops) for name, value in frontier.items()}
        if not frontier:
            break
    return list(felt.values())


def _share(kind: str, strength: float) -> float:
    near = TOWARDS.get(kind, 0.0)
    strength = min(max(strength, 0.0), 1.0)
    return ALLY * strength if near > 0 else -ENEMY * strength if near < 0 else 0.0


def _edges(keys: list[str]) -> list[tuple[str, str, str, float]]:
    return cast(list[tuple[str, str, str, float]], rows(NEIGHBOURS, {"keys": keys}))


@transaction.atomic
def act(
    source: str, target: str, deed: FactionAct, *, intensity: float, changes: Changes
) -> tuple[Relation, float]:
    """What one faction does to another moves how both stand to each other; returns the relation
    and its strength (0-1) afterwards. `intensity` 0-1.

    Raises NotFound, Invalid."""
    if source == target:
        raise Invalid("a faction cannot act on itself", field="target")
    both = {
        row.key: row
        for row in FactionNode.objects.select_for_update()
        .filter(key__in=(source, target)).order_by("pk")
    }  # fmt: skip
    for field, key in (("source", source), ("target", target)):
        if key not in both:
            raise NotFound(f"there is no faction {key!r}", field=field)
    moved = ACTS[deed] * min(max(intensity, 0.0), 1.0)
    after = min(max(closeness(both[source], target) + moved, -1.0), 1.0)
    kind, strength = _stands(both[source], target, after)
    for one, other in ((source, target), (target, source)):
        relations = {**both[one].relations, other: {"kind": kind, "strength": strength}}
        changes.update(both[one], relations=relations)
    return kind, strength


def standings() -> dict[str, int]:
    """How many edges of the graph there are of each kind of relation."""
    return dict(rows(STANDINGS, {}))


def closeness(row: FactionNode, other: str) -> float:
    """-1 (at war) .. 1 (allied); 0: they have nothing to do with each other."""
    edge = row.relations.get(other)
    if not isinstance(edge, dict):
        return 0.0
    near = TOWARDS.get(str(edge.get("kind")), 0.0)
    return near * float(edge.get("strength", 0.5)) if near else 0.0


def _stands(row: FactionNode, other: str, after: float) -> tuple[Relation, float]:
    edge = row.relations.get(other)
    kind = relation(after)
    if isinstance(edge, dict) and edge.get("kind") == "vassal" and after > 0:
        kind = "vassal"
    return kind, round(min(abs(after / TOWARDS[kind]), 1.0), 4)


def relation(near: float) -> Relation:
    return next((kind for low, kind in BOUNDS if near >= low), "at_war")
