"""Switching AI on for a town step by step, and back.

Each step is a reason in the history of the characters it switched on ("roll-out 3f2a..."), which is
also what undoing it goes by."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db import transaction
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from aiworld.errors import Conflict, Invalid
from npcs import changes
from npcs.models import Conversation, NpcPersonality

STEPS = (20, 50, 200, 500, 1_000, 2_000, 5_000)
Order = Literal["talked", "busy", "map"]
ORDERS: tuple[Order, ...] = ("talked", "busy", "map")
REASON = "roll-out "
UNDONE = "roll-out undone "


@dataclass(frozen=True, kw_only=True)
class State:
    on: int
    total: int
    next_step: int
    """How many answer by AI after the next step."""


def state() -> State:
    sums = NpcPersonality.objects.aggregate(
        total=Count("pk"), on=Count("pk", filter=Q(ai_enabled=True))
    )
    on, total = sums["on"], sums["total"]
    step = next((step for step in STEPS if step > on), STEPS[-1])
    return State(on=on, total=total, next_step=min(step, max(total, on)))


def next_ones(target: int, order: Order, *, map_name: str = "") -> QuerySet[NpcPersonality]:
    """Who would be switched on so that `target` are, in that order."""
    missing = max(min(target, STEPS[-1]) - state().on, 0)
    rows = NpcPersonality.objects.filter(ai_enabled=False)
    if map_name:
        rows = rows.filter(map_name=map_name)
    return _ordered(rows, order)[:missing]


def step(target: int, order: Order, *, by: str, map_name: str = "") -> list[NpcPersonality]:
    """Switch them on; returns who was. Raises Invalid if there is nobody to switch on."""
    with transaction.atomic():
        ids = [npc.pk for npc in next_ones(target, order, map_name=map_name)]
        if not ids:
            raise Invalid(_("Nobody is left to switch on for this step."), field="target")
        return changes.apply(ids, _switch(True), by=by, reason=f"{REASON}{uuid.uuid4().hex[:12]}")


def latest() -> tuple[str, int] | None:
    """The last step that was not undone: its name, and how many it switched on."""
    reasons = changes.History.objects.order_by("-history_id")
    undone = reasons.filter(history_change_reason__startswith=UNDONE)
    names = [
        reason.removeprefix(UNDONE)
        for reason in undone.values_list("history_change_reason", flat=True).distinct()
    ]
    steps = reasons.filter(history_change_reason__startswith=REASON).exclude(
        history_change_reason__startswith=UNDONE
    )
    last = steps.exclude(history_change_reason__in=[REASON + name for name in names]).first()
    if last is None:
        return None
    reason = last.history_change_reason
    return reason.removeprefix(REASON), steps.filter(history_change_reason=reason).count()


def undo(name: str, *, by: str) -> list[NpcPersonality]:
    """Give those that the step switched on back to their scripts; who was switched off since, or
    deleted, stays as it is. Raises Conflict if it is not the last step."""
    last = latest()
    if last is None or last[0] != name:
        raise Conflict(_("This is not the last step any more. Look at the page again."))
    of = changes.History.objects.filter(history_change_reason=REASON + name)
    ids = list(of.values_list("id", flat=True))
    return changes.apply(ids, _switch(False), by=by, reason=UNDONE + name)


def _switch(on: bool) -> Callable[[QuerySet[NpcPersonality]], object]:
    return lambda rows: rows.update(ai_enabled=on)


def _ordered(rows: QuerySet[NpcPersonality], order: Order) -> QuerySet[NpcPersonality]:
    if order == "map":
        return rows.order_by("map_name", "name", "pk")
    talks = Conversation.objects.order_by()
    if order == "talked":
        own = talks.filter(npc=OuterRef("pk")).values("npc")
        return rows.annotate(talks=_sum(own)).order_by("-talks", "map_name", "name", "pk")
    on_map = talks.filter(npc__map_name=OuterRef("map_name")).values("npc__map_name")
    return rows.annotate(talks=_sum(on_map)).order_by(F("talks").desc(), "map_name", "name", "pk")


def _sum(talks: QuerySet[Conversation, Any]) -> Coalesce:
    counted = talks.annotate(sum=Sum("turn_count")).values("sum")[:1]
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def maps() -> Sequence[str]:
    """Where somebody is still off."""
    off = NpcPersonality.objects.filter(ai_enabled=False)
    return list(off.order_by("map_name").values_list("map_name", flat=True).distinct())
