"""What a town comes to remember together: what happened there, and what everybody there has heard.
Of the world and never of a player; staff may write more (docs/reference/memory.md)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from npcs.models import NpcKnowledge, NpcMemory, NpcPersonality
from npcs.models.memory import NOBODY, Scope
from npcs.scales import Speaker

MOST = 50
"""Memories of one town that come about by themselves; the oldest go first."""
EVENT, TALK = "event:", "talk:"
"""Begin the marks of what happened and of what was passed on."""


def note(
    mark: str, *, place: str, text: str, happened_at: datetime, subject: str = "",
    importance: float = 5.0, learned_from: NpcKnowledge | None = None,
) -> bool:  # fmt: skip
    """Once for each mark, where somebody lives; whether the town had not noted it. What was
    learned from a piece of knowledge is corrected and goes with it."""
    npc = NpcPersonality.objects.filter(map_name=place).order_by("pk").only("pk").first()
    if npc is None or not place:
        return False
    _row, made = NpcMemory.objects.get_or_create(
        request_id=mark,
        defaults={
            "npc": npc, "char_id": NOBODY, "player_name": "", "speaker": Speaker.OTHER,
            "kind": NpcMemory.Kind.EVENT, "scope": Scope.TOWN, "scope_key": place,
            "place": place[:24], "text": text[:2_000], "subject": subject[:80],
            "importance": importance, "happened_at": happened_at, "learned_from": learned_from,
        },
    )  # fmt: skip
    if made:
        _keep_few(place)
    return made


def forget(marks: Iterable[str]) -> None:
    NpcMemory.objects.filter(request_id__in=list(marks), scope=Scope.TOWN).delete()


def _keep_few(place: str) -> None:
    of_itself = NpcMemory.objects.filter(scope=Scope.TOWN, scope_key=place)
    noted = of_itself.filter(request_id__startswith=EVENT) | of_itself.filter(
        request_id__startswith=TALK
    )
    too_many = noted.order_by("-happened_at", "-pk").values_list("pk", flat=True)[MOST:]
    NpcMemory.objects.filter(pk__in=list(too_many)).delete()
