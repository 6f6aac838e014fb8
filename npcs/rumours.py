"""The way a piece of knowledge took from mouth to mouth, to look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from django.db.models import Count, Max

from npcs.models import InformationSharing, NpcKnowledge, NpcPersonality

SHOWN = 50
COLUMN, ROW, EDGE = 210, 52, 36
"""Pixels of the drawing: between two tellings in a row, between two listeners, around."""


@dataclass(frozen=True, kw_only=True)
class Rumour:
    root: NpcKnowledge
    tellings: int
    furthest: int
    """Tellings in a row."""
    distortion: float


@dataclass(kw_only=True)
class Stop:
    """Somebody it came to."""

    npc: NpcPersonality
    text: str
    telling: InformationSharing | None
    """How it came; None where it began."""
    on: list[Stop] = field(default_factory=list)
    runs: list[tuple[str, str]] = field(default_factory=list)
    """The words as told, each run of them `same`, `new` or, of what was lost, `gone`."""
    x: int = 0
    y: int = 0


@dataclass(frozen=True, kw_only=True)
class Way:
    rumour: NpcKnowledge
    stops: list[Stop]
    """Each after who told it."""
    width: int
    height: int

    @property
    def edges(self) -> list[tuple[Stop, Stop]]:
        return [(stop, other) for stop in self.stops for other in stop.on]


def rumours() -> list[Rumour]:
    """What was passed on lately, the latest first."""
    told = InformationSharing.objects.filter(root__isnull=False).order_by()
    sums = told.values("root").annotate(
        tellings=Count("id"), hops=Max("hops"), lost=Max("distortion"), last=Max("shared_at")
    )
    latest = list(sums.order_by("-last")[:SHOWN])
    roots = NpcKnowledge.objects.select_related("npc").defer("embedding")
    found = roots.in_bulk([row["root"] for row in latest])
    return [
        Rumour(
            root=found[row["root"]],
            tellings=row["tellings"],
            furthest=row["hops"],
            distortion=row["lost"],
        )
        for row in latest
        if row["root"] in found
    ]


def way(root: NpcKnowledge) -> Way | None:
    """From where it began to everybody who heard it; None if it is in a pack, and nobody's own."""
    if root.npc is None:
        return None
    first = Stop(npc=root.npc, text=root.text, telling=None, runs=[("same", root.text)])
    stops = {root.npc_id: first}
    told = InformationSharing.objects.filter(root=root).select_related("teller", "listener")
    for telling in told.order_by("id"):
        teller = stops.get(telling.teller_id, first)
        stop = stops.setdefault(
            telling.listener_id,
            Stop(
                npc=telling.listener,
                text=telling.told_text,
                telling=telling,
                runs=list(difference(teller.text, telling.told_text)),
            ),
        )
        if stop is not first and stop.telling is telling:
            teller.on.append(stop)
    placed = list(_placed(first))
    return Way(
        rumour=root,
        stops=placed,
        width=max(stop.x for stop in placed) + COLUMN,
        height=max(stop.y for stop in placed) + EDGE,
    )


def _placed(first: Stop) -> Iterator[Stop]:
    """Each stop with its place in the drawing: a column for each telling, a row for each end."""
    line = EDGE
    waiting = [(first, 0)]
    while waiting:
        stop, depth = waiting.pop()
        stop.x, stop.y = EDGE + depth * COLUMN, line
        if not stop.on:
            line += ROW
        waiting += [(other, depth + 1) for other in reversed(stop.on)]
        yield stop


def difference(before: str, after: str) -> Iterator[tuple[str, str]]:
    one, other = before.split(), after.split()
    for kind, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "same", " ".join(other[c:d])
            continue
        if b > a:
            yield "gone", " ".join(one[a:b])
        if d > c:
            yield "new", " ".join(other[c:d])
