"""The world at a glance, for staff: factions as a graph, reputation, money, what goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import networkx as nx
from django.db.models import Avg, Case, Count, IntegerField, Q, Sum, Value, When
from django.db.models.functions import TruncDate
from django.utils import timezone

from world.models import (
    EconomicTransaction,
    FactionNode,
    ReputationScore,
    WorldEvent,
    WorldStateSnapshot,
)
from world.models.factions import TIERS

WIDTH, HEIGHT, MARGIN = 900, 560, 70
"""Of the graph, in SVG units."""
MOST_FACTIONS = 120
SHOWN = 20


@dataclass(frozen=True)
class Node:
    pk: int
    name: str
    kind: str
    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Edge:
    one: Node
    other: Node
    kind: str
    """`part of`, or the kind of relation: alliance, war, trade ..."""
    strength: float


@dataclass(frozen=True)
class Graph:
    nodes: Sequence[Node] = ()
    edges: Sequence[Edge] = ()
    left_out: int = 0


def faction_graph() -> Graph:
    """The most influential factions and what is between them; positions are the same at every
    look (Fruchterman and Reingold 1991, from a fixed start)."""
    rows = list(FactionNode.objects.order_by("-influence", "pk")[: MOST_FACTIONS + 1])
    left_out = FactionNode.objects.count() - MOST_FACTIONS if len(rows) > MOST_FACTIONS else 0
    rows = rows[:MOST_FACTIONS]
    ties = _ties(rows)
    places = _places(rows, ties)
    nodes = {row.key: _node(row, *places[row.key]) for row in rows}
    edges = [Edge(nodes[one], nodes[other], kind, how) for one, other, kind, how in ties]
    return Graph(list(nodes.values()), edges, left_out)


Tie = tuple[str, str, str, float]


def _ties(rows: Sequence[FactionNode]) -> list[Tie]:
    """Each pair and kind once; what is written about factions that do not exist is left out."""
    keys = {row.pk: row.key for row in rows}
    found: dict[tuple[str, str, str], float] = {}
    for row in rows:
        if row.parent_id in keys:
            found[(row.key, keys[row.parent_id], "part of")] = 1.0
        for other, relation in _relations(row).items():
            if other in keys.values() and isinstance(relation, dict):
                one, two = sorted((row.key, other))
                how = (one, two, str(relation.get("kind", "related"))[:20])
                found[how] = max(found.get(how, 0.0), _strength(relation.get("strength")))
    return [(*pair, strength) for pair, strength in found.items()]


def _relations(row: FactionNode) -> dict[str, object]:
    return row.relations if isinstance(row.relations, dict) else {}


def _strength(value: object) -> float:
    return min(max(float(value), 0.0), 1.0) if isinstance(value, int | float) else 0.5


def _places(rows: Sequence[FactionNode], ties: Sequence[Tie]) -> dict[str, tuple[float, float]]:
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(row.key for row in rows)
    graph.add_weighted_edges_from((one, other, 0.2 + how) for one, other, _, how in ties)
    found = nx.spring_layout(graph, seed=7, k=1.6 / max(len(rows), 1) ** 0.5)
    across = _spread([float(x) for x, _ in found.values()], WIDTH)
    down = _spread([float(y) for _, y in found.values()], HEIGHT)
    return dict(zip(found, zip(across, down, strict=True), strict=True))


def _spread(values: list[float], size: int) -> list[float]:
    """Over the whole picture but for its margins."""
    if not values:
        return []
    low, high = min(values), max(values)
    if high == low:
        return [size / 2] * len(values)
    return [MARGIN + (value - low) / (high - low) * (size - 2 * MARGIN) for value in values]


def _node(row: FactionNode, x: float, y: float) -> Node:
    return Node(
        row.pk, row.name, row.kind, round(x, 1), round(y, 1), round(10 + 18 * row.influence)
    )


@dataclass(frozen=True)
class Standing:
    faction: str
    players: int
    average: float
    tiers: Sequence[int]
    """Players in each of TIERS."""


def standings() -> list[Standing]:
    """How players stand with the factions, best known first."""
    counts = {name: Count("id", filter=_within(at)) for at, (_, name) in enumerate(TIERS)}
    rows = (
        ReputationScore.objects.order_by()
        .values("faction__name")
        .annotate(players=Count("id"), average=Avg("score"), **counts)
        .order_by("-players")[:SHOWN]
    )
    return [
        Standing(row["faction__name"], row["players"], row["average"], _tiers(row)) for row in rows
    ]


def _tiers(row: Mapping[str, Any]) -> list[int]:
    return [row[name] for _, name in TIERS]


def _within(at: int) -> Q:
    low = Q(score__gte=TIERS[at][0])
    return low & Q(score__lt=TIERS[at + 1][0]) if at + 1 < len(TIERS) else low


GAIN = ("npc_sell", "drop", "reward")
"""Kinds by which zeny comes into the world; by npc_buy and fee it leaves, the others move it."""


@dataclass(frozen=True)
class Day:
    day: date
    made: int
    """Zeny that came into the world."""
    spent: int
    """Zeny that left it."""
    moved: int
    """Zeny that went from player to player."""
    number: int
    """Transactions."""


def economy(*, days: int, now: datetime | None = None) -> list[Day]:
    """One row a day, without gaps, oldest first."""
    today = (now or timezone.now()).date()
    first = today - timedelta(days=days - 1)
    flow = Case(
        When(kind__in=GAIN, then=Value(1)),
        When(kind__in=("npc_buy", "fee"), then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    rows = (
        EconomicTransaction.objects.filter(happened_at__gte=datetime.combine(first, time.min, UTC))
        .order_by()
        .values(day=TruncDate("happened_at", tzinfo=UTC), flow=flow)
        .annotate(zeny=Sum("zeny"), number=Count("id"))
    )
    found = {(row["day"], row["flow"]): (abs(row["zeny"]), row["number"]) for row in rows}
    return [_day(first + timedelta(days=at), found) for at in range(days)]


def _day(day: date, found: dict[tuple[date, int], tuple[int, int]]) -> Day:
    made, spent, moved = (found.get((day, flow), (0, 0)) for flow in (1, 2, 3))
    return Day(day, made[0], spent[0], moved[0], made[1] + spent[1] + moved[1])


def going_on() -> list[WorldEvent]:
    """Events that are active or planned, the next first."""
    return list(
        WorldEvent.objects.filter(status__in=("active", "planned")).order_by("starts_at")[:SHOWN]
    )


def states() -> list[WorldStateSnapshot]:
    """The latest state of the world and of each map that has one, weather included."""
    since = timezone.now() - timedelta(days=7)
    return list(
        WorldStateSnapshot.objects.filter(taken_at__gte=since)
        .order_by("scope", "-taken_at")
        .distinct("scope")[:SHOWN]
    )
