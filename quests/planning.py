"""What an NPC could ask of a character: work that the server's own data make possible. Nothing is
invented here: every NPC, map, monster and item is a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from npcs.brief import Language
from npcs.folding import plain
from npcs.models import NpcKnowledge, NpcPersonality
from quests import rules, telling
from quests.rules import Welcome

LIKES: Mapping[str, Mapping[str, float]] = {
    "guard": {"kill": 3, "boss": 3, "exploration": 2},
    "soldier": {"kill": 3, "boss": 3, "exploration": 2},
    "merchant": {"collect": 3, "delivery": 3},
    "trader": {"collect": 3, "delivery": 3},
    "blacksmith": {"collect": 3, "delivery": 2},
    "healer": {"collect": 2, "social": 3},
    "priest": {"social": 3, "puzzle": 2},
    "innkeeper": {"social": 3, "delivery": 2},
    "scholar": {"puzzle": 3, "exploration": 3},
    "elder": {"puzzle": 3, "social": 2},
    "child": {"social": 3, "puzzle": 2},
    "sailor": {"exploration": 3, "delivery": 2},
    "noble": {"delivery": 2, "escort": 3},
}
"""How much more of which work a trade gives out; 1 where nothing is said."""
MOST_NEIGHBOURS, MOST_MAPS = 200, 300
KNOWN = 4.0
"""How much rather an NPC sends people to whom or where it knows of."""


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who asks an NPC for work."""

    npc: NpcPersonality
    char_id: int
    player_name: str
    level: int
    language: Language
    code_page: str
    kinds: tuple[str, ...]
    """That the map-server's script can handle."""
    today: date
    made: int = 0
    """Quests this character has ever been offered; a part of the seed."""
    recent: frozenset[str] = frozenset()
    """Targets of its quests of late: none comes again."""
    trust: float = 0.0
    welcome: Welcome = rules.NOBODYS
    harder: float = 0.0
    """In difficulties: what this server's quests should be more than their level says."""
    unasked: int = 6
    """Highest difficulty that no owner has to approve."""
    wished: int | None = None
    """The difficulty that models advise (quests.calibrating)."""
    expected: dict[str, Any] | None = None
    """What they expect of it: chance of completion, and which model says so."""

    @property
    def seed(self) -> str:
        return f"{self.npc.key} {self.char_id} {self.today} {self.made}"


@dataclass(frozen=True, kw_only=True)
class Plan:
    kind: str
    target: str
    """What it is about, for telling duplicates: `npc prontera/Hedwig`, `monster 1002`."""
    objective: Mapping[str, Any]
    """Without its amount."""
    counted: str = ""
    """What its amount grows with difficulty as: kill or item; empty: it is 1."""
    slots: Mapping[str, str] = field(default_factory=dict)
    weight: float = 1.0
    fixed: tuple[Mapping[str, Any], ...] = ()
    """A template's own objectives, whole."""
    template_id: int | None = None
    told: tuple[str, str] | None = None
    """A template's own title and text, with slots."""
    difficulty: int | None = None
    """A template's own."""

    def objectives(self, difficulty: int) -> list[dict[str, Any]]:
        if self.fixed:
            return [dict(one) for one in self.fixed]
        amount = rules.amount(self.counted, difficulty)
        return [{**self.objective, "amount": amount, "done": 0}]

    def names(self, asker: Asker, difficulty: int) -> dict[str, str]:
        amount = self.objectives(difficulty)[0]["amount"]
        return {
            "player": asker.player_name,
            "npc": asker.npc.name,
            "amount": str(amount),
            **self.slots,
        }


def among_people(asker: Asker) -> Iterator[Plan]:
    """Work that needs no ids of the game: other NPCs and the maps they stand on."""
    known = _known(asker.npc)
    others = NpcPersonality.objects.filter(ai_enabled=True).exclude(pk=asker.npc.pk)
    near = list(others.filter(map_name=asker.npc.map_name).order_by("pk")[:MOST_NEIGHBOURS])
    far = list(others.exclude(map_name=asker.npc.map_name).order_by("pk")[:MOST_NEIGHBOURS])
    roles = [other.role for other in near]
    for other in (*near, *far):
        weight = KNOWN if plain(other.name) in known else 1.0
        yield _visit_to(other, "delivery", weight)
        if other.map_name == asker.npc.map_name:
            yield _visit_to(other, "social", weight)
            yield _escort(other, weight)
            if roles.count(other.role) == 1:
                yield from _riddle(asker, other)
    maps = others.exclude(map_name=asker.npc.map_name).values_list("map_name", flat=True)
    for name in list(maps.distinct().order_by("map_name")[:MOST_MAPS]):
        yield Plan(
            kind="exploration",
            target=f"map {name}",
            objective={"kind": "visit", "target": name, "name": name, "map": name},
            slots={"target": name, "map": name},
            weight=KNOWN if plain(name) in known else 1.0,
        )


def _known(npc: NpcPersonality) -> str:
    """What the NPC would tell anybody."""
    facts = NpcKnowledge.objects.filter(npc=npc, sensitivity=0, is_active=True)
    return plain(" ".join([npc.background, *facts.values_list("text", flat=True)[:100]]))


def _visit_to(other: NpcPersonality, kind: str, weight: float) -> Plan:
    return Plan(
        kind=kind,
        target=f"npc {other.key}",
        objective={"kind": "talk", "target": other.key, "name": other.name, **_place(other)},
        slots={"target": other.name, "map": other.map_name},
        weight=weight,
    )


def _escort(other: NpcPersonality, weight: float) -> Plan:
    """The NPC that asks walks along, as far as the map-server can walk it."""
    place = {**_place(other), "radius": rules.NEAR}
    return Plan(
        kind="escort",
        target=f"npc {other.key}",
        objective={"kind": "escort", "target": other.key, "name": other.name, **place},
        slots={"target": other.name, "map": other.map_name},
        weight=weight,
    )


def _riddle(asker: Asker, other: NpcPersonality) -> Iterator[Plan]:
    said = telling.saying(other.role, asker.language, seed=asker.seed)
    if said and plain(other.name).strip():
        objective = {"kind": "answer", "target": other.key, "name": "?", "answer": other.name}
        yield Plan(
            kind="puzzle",
            target=f"npc {other.key}",
            objective=objective,
            slots={"target": "?", "map": other.map_name, "saying": said},
        )


def _place(npc: NpcPersonality) -> dict[str, Any]:
    return {"map": npc.map_name, "x": npc.x, "y": npc.y}


def chosen(asker: Asker, plans: Iterable[Plan]) -> Plan | None:
    """One of them, by the NPC's trade and knowledge, and the seed; none that came up of late, nor
    one that the client's code page cannot show."""
    likes = LIKES.get(asker.npc.role, {})
    fit = [plan for plan in plans if plan.kind in asker.kinds and _shows(plan, asker)]
    fit = [plan for plan in fit if rules.EASIEST.get(plan.kind, 1) <= asker.welcome.hardest]
    fit = [plan for plan in fit if plan.target not in asker.recent]
    if not fit:
        return None
    chance = Random(f"work {asker.seed}")
    kinds = sorted({plan.kind for plan in fit})
    [kind] = chance.choices(kinds, [likes.get(each, 1.0) for each in kinds])
    of_kind = sorted((plan for plan in fit if plan.kind == kind), key=lambda plan: plan.target)
    [plan] = chance.choices(of_kind, [plan.weight for plan in of_kind])
    return plan


def _shows(plan: Plan, asker: Asker) -> bool:
    return all(rules.shown(text, asker.code_page) for text in plan.slots.values())


def difficulty(asker: Asker, plan: Plan) -> int:
    """Without a model's proposal: by level, trust and how it went of late, give or take one."""
    if plan.difficulty is not None:
        return min(plan.difficulty, asker.welcome.hardest)
    if asker.wished is not None:
        return rules.difficulty_of(plan.kind, min(asker.wished, asker.welcome.hardest))
    middle = 1 + asker.level / 40 + asker.trust / 5
    middle += Random(f"difficulty {asker.seed}").uniform(-0.8, 0.8)
    wished = round(middle + asker.harder)
    if asker.harder > 0:  # nobody is to wait for the owner because others did well
        wished = min(wished, max(asker.unasked, round(middle)))
    return rules.difficulty_of(plan.kind, min(max(wished, 1), asker.welcome.hardest))
