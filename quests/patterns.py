"""Quest templates: the owner's own, and those learned from what players accepted. Each says when it
is offered, in the language of npcs.conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from random import Random
from typing import Any

from django.db.models import Q
from django.utils import timezone

from npcs import circumstances, conditions
from npcs.conditions import World
from npcs.models import NpcPersonality
from quests import hunting, rules
from quests.models import DynamicQuest, QuestTemplate
from quests.planning import Asker, Plan

OBJECTIVES = {
    "kill": "kill", "boss": "kill", "collect": "item", "delivery": "talk", "social": "talk",
    "exploration": "visit", "puzzle": "answer", "escort": "escort",
}  # fmt: skip
"""What is counted for each kind of quest."""
VARIABLES = {
    "party": "members of the player's party who are online",
    "items": "ids of the items the player holds, as far as the map-server tells: 501 in items",
    "chance": "0-1, drawn anew for each offer: chance < 0.1",
}
"""What conditions of templates know beside npcs.conditions.VARIABLES."""
MOST = 100


def world(
    asker: Asker, *, party: int, items: tuple[int, ...], place: str, asked: set[str]
) -> World:
    """What conditions are about: the world as NPCs see it, and who asks."""
    found = dict(
        circumstances.world(
            asker.npc.persona, char_id=asker.char_id, now=timezone.now(), asked=asked
        )  # fmt: skip
    )
    found |= {
        "level": asker.level,
        "trust": asker.trust,
        "party": party,
        "items": tuple(word for item in items for word in (str(item), item)),  # type: ignore[misc]
        "chance": Random(f"chance {asker.seed}").random(),
    }
    return found | ({"map": place} if place else {})


def fitting(asker: Asker, *, party: int, items: tuple[int, ...], place: str) -> list[QuestTemplate]:
    """Templates for this NPC and character whose condition holds now."""
    rows = QuestTemplate.objects.filter(
        Q(npc_key="") | Q(npc_key=asker.npc.key),
        is_active=True,
        kind__in=asker.kinds,
        language=asker.language,
        min_level__lte=asker.level,
        max_level__gte=asker.level,
    )
    found = list(rows.order_by("pk")[:MOST])
    asked = conditions.asked(row.condition for row in found)
    if any(row.condition for row in found):
        known = world(asker, party=party, items=items, place=place, asked=asked)
        found = [row for row in found if conditions.holds(row.condition, known)]
    late = _too_soon(asker.char_id, found)
    return [row for row in found if row.pk not in late and not faults(row, asker.level)]


def _too_soon(char_id: int, rows: list[QuestTemplate]) -> set[int]:
    now = timezone.now()
    latest: Mapping[int, Any] = dict(
        DynamicQuest.objects.filter(char_id=char_id, template__in=rows)
        .order_by("offered_at")
        .values_list("template_id", "offered_at")
    )
    return {
        row.pk
        for row in rows
        if row.pk in latest and latest[row.pk] > now - timedelta(days=row.repeats_after)
    }


def check(condition: str) -> None:
    """Raises Invalid."""
    if condition:
        conditions.check(condition, more=VARIABLES)


def faults(template: QuestTemplate, level: int) -> list[str]:
    """What of it the server's own data do not know, or a character of this level cannot do."""
    found: list[str] = []
    if not 1 <= len(template.objectives) <= rules.MOST_OBJECTIVES:
        found.append(f"a quest has 1 to {rules.MOST_OBJECTIVES} objectives")
    for one in template.objectives:
        kind = OBJECTIVES.get(one.get("kind", ""), "")
        target = str(one.get("target", ""))
        checked = {"kind": kind, "target": target}
        found += hunting.faults(checked, level=level, difficulty=template.difficulty)
        if kind in ("talk", "escort") and not NpcPersonality.objects.filter(key=target).exists():
            found.append(f"there is no NPC {target!r}")
        if not kind or not target or not 1 <= int(one.get("amount", 0)) <= 1000:
            found.append("an objective needs a kind, a target and an amount of 1-1000")
    return found


def plan(template: QuestTemplate) -> Plan:
    objectives = tuple(_objectives(template))
    first = objectives[0]
    return Plan(
        kind=template.kind,
        target=f"template {template.key}",
        objective=first,
        slots={"target": first["name"], "map": first.get("map", "")},
        fixed=objectives,
        template_id=template.pk,
        told=(template.title, template.text),
        difficulty=template.difficulty,
    )


def _objectives(template: QuestTemplate) -> Iterator[dict[str, Any]]:
    for one in template.objectives:
        kind, target = OBJECTIVES[one["kind"]], str(one["target"])
        yield {
            **{name: one[name] for name in ("map", "x", "y", "radius", "answer") if name in one},
            "kind": kind,
            "target": target,
            "name": one.get("name") or target,
            "amount": int(one["amount"]),
            "consumed": kind == "item",
            "done": 0,
        }
