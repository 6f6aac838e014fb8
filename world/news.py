"""What happens in the world becomes known: those who stand there know of it, and pass it on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from npcs import together
from npcs.models import NpcKnowledge, NpcPersonality
from world.models import WorldEvent

FRESH, KEPT = timedelta(days=1), timedelta(days=7)
WITNESSES = 3
MOST_EVENTS = 20
UNTOLD = ("shop_price", "npc_move")
"""What one sees in the shop or on the way, and too many to tell of."""
WORTH_TELLING = ("storm", "sandstorm")
"""Weather one speaks of later; the rest one sees (npcs/circumstances.py)."""


def witness() -> int:
    """A few NPCs who answer by AI know of each event that began within a day; returns how many
    learnt something. Doing it again changes nothing; a week after its end it is forgotten."""
    now = timezone.now()
    over = WorldEvent.objects.filter(ends_at__lt=now - KEPT).values_list("pk", flat=True)
    forget(over[:500])
    began = WorldEvent.objects.filter(
        starts_at__lte=now, starts_at__gt=now - FRESH, retracted=False
    )
    began = began.exclude(kind__in=UNTOLD).exclude(
        Q(kind="weather") & ~Q(data__weather__in=WORTH_TELLING)
    )
    _become_memory(now)
    return sum(_seen(event) for event in began.order_by("-starts_at")[:MOST_EVENTS])


def _become_memory(now: datetime) -> None:
    """What is over is what its town remembers, longer than anybody passes it on."""
    over = WorldEvent.objects.filter(
        ends_at__lte=now, ends_at__gt=now - FRESH, starts_at__lte=now, retracted=False
    ).exclude(Q(map_name="") | Q(kind__in=UNTOLD))
    over = over.exclude(Q(kind="weather") & ~Q(data__weather__in=WORTH_TELLING))
    for event in over.order_by("-ends_at")[:MOST_EVENTS]:
        together.note(
            _of(event.pk),
            place=event.map_name,
            text=_text(event),
            subject=event.kind.replace("_", " "),
            happened_at=event.starts_at,
        )


def retract(event_id: int) -> None:
    """It never was: nobody knows of it, and no town remembers it."""
    forget([event_id])
    together.forget([_of(event_id)])


def forget(event_ids: Iterable[int]) -> None:
    """Nobody knows of these events any more, nor what they heard of them from others."""
    seen = NpcKnowledge.objects.filter(branch__in=[_of(pk) for pk in event_ids])
    ids = list(seen.values_list("pk", flat=True))
    NpcKnowledge.objects.filter(Q(pk__in=ids) | Q(root__in=ids)).delete()


def _of(event_id: int) -> str:
    return f"{together.EVENT}{event_id}"


def _text(event: WorldEvent) -> str:
    return f"{event.title}. {event.description}" if event.description else event.title


def _seen(event: WorldEvent) -> int:
    if NpcKnowledge.objects.filter(branch=_of(event.pk)).exists():
        return 0
    there = NpcPersonality.objects.filter(ai_enabled=True)
    if event.map_name:
        there = there.filter(map_name=event.map_name)
    chosen = list(there.order_by("?")[:WITNESSES])
    for npc in chosen:
        NpcKnowledge.objects.create(
            npc=npc,
            topic=event.kind.replace("_", " ")[:80],
            text=_text(event)[:2_000],
            origin=NpcKnowledge.Origin.HEARD,
            branch=_of(event.pk),
            position=1_000,
        )
    return len(chosen)
