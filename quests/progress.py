"""How far a quest is: what the map-server counted and what the game's events say, never what a
player says, but for the word that solves a puzzle.

The two sources tell of the same kills, so an objective counts the higher of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from aiworld.errors import Invalid
from npcs.folding import plain
from quests.life import check_active, held
from quests.models import DynamicQuest, QuestMember
from tenants.statements import rows

TRIES = 5
"""Wrong answers after which a puzzle is lost."""
LAST_WORD = 200
AROUND = 24
"""Letters that may stand around the word: a sentence, no list of all names there are."""
HIGHEST = 1_000_000
Status = DynamicQuest.Status
ASKED_FOR = """
SELECT m.quest_id FROM quest_members m JOIN quests_dynamic q ON q.id = m.quest_id
WHERE m.char_id = %(char_id)s AND q.status = 'active' AND q.objectives @> %(kind)s::jsonb
"""
"""Active quests of a player with such an objective; asked after every talk."""


@dataclass(frozen=True, kw_only=True)
class Report:
    index: int
    count: int = 0
    """Total since the quest was accepted; items: how many there are now."""
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Something that happened in the game."""

    char_id: int
    kind: str
    """Of an objective: kill, visit, talk."""
    target: str = ""
    """Monster id, or an NPC's stable key."""
    map_name: str = ""
    amount: int = 1


def report(
    quest_id: int, char_id: int, told: Sequence[Report], *, now: datetime
) -> tuple[DynamicQuest, bool]:
    """The quest, and whether nothing was changed. Raises NotFound, Invalid, Refused."""
    with transaction.atomic():
        quest = held(quest_id, char_id)
        check_active(quest, now)
        member = quest.members.get(char_id=char_id)
        before = list(member.counted), quest.wrong_answers
        for one in told:
            _count(quest, member, one)
        if (member.counted, quest.wrong_answers) == before:
            return quest, True
        member.save(update_fields=["counted"])
        _sum_up(quest, now)
        return quest, False


def _count(quest: DynamicQuest, member: QuestMember, one: Report) -> None:
    if not 0 <= one.index < len(quest.objectives):
        raise Invalid(f"the quest has no objective {one.index}", field="progress.index")
    objective = quest.objectives[one.index]
    if objective["kind"] == "answer":
        _try(quest, member, one)
    elif objective["kind"] == "item":
        member.counted[one.index] = min(one.count, HIGHEST)
    else:
        member.counted[one.index] = max(member.counted[one.index], min(one.count, HIGHEST))


def _try(quest: DynamicQuest, member: QuestMember, one: Report) -> None:
    said = plain(one.answer[:LAST_WORD]).strip()
    if not said or member.counted[one.index]:
        return
    word = plain(str(quest.objectives[one.index]["answer"])).strip()
    if word and f" {word} " in f" {said} " and len(said) <= len(word) + AROUND:
        member.counted[one.index] = 1
    else:
        quest.wrong_answers += 1


def _sum_up(quest: DynamicQuest, now: datetime) -> None:
    members = list(quest.members.all())
    for at, objective in enumerate(quest.objectives):
        total = sum(max(each.counted[at], each.seen[at]) for each in members)
        objective["done"] = min(total, objective["amount"])
    if quest.wrong_answers >= TRIES:
        quest.status, quest.ended_at = Status.FAILED, now
    quest.save(update_fields=["objectives", "wrong_answers", "status", "ended_at"])


def see(happened: Seen, *, now: datetime) -> int:
    """Count an event for whichever active quests it belongs to; returns how many."""
    asked = {"char_id": happened.char_id, "kind": json.dumps([{"kind": happened.kind}])}
    moved = 0
    for (quest_id,) in rows(ASKED_FOR, asked):
        with transaction.atomic():
            quest = DynamicQuest.objects.select_for_update().get(pk=quest_id)
            member = quest.members.filter(char_id=happened.char_id).first()
            if member and quest.status == Status.ACTIVE and _moves(quest, member, happened):
                member.save(update_fields=["seen"])
                _sum_up(quest, now)
                moved += 1
    return moved


def _moves(quest: DynamicQuest, member: QuestMember, happened: Seen) -> bool:
    moved = False
    for at, objective in enumerate(quest.objectives):
        if fits(objective, happened):
            member.seen[at] = min(member.seen[at] + happened.amount, HIGHEST)
            moved = True
    return moved


def fits(objective: dict[str, Any], happened: Seen) -> bool:
    """Whether an event is what an objective asks for. A place within a map is seen by the
    map-server only."""
    if objective["kind"] != happened.kind:
        return False
    here = not objective.get("map") or objective["map"] == happened.map_name
    if happened.kind == "visit":
        return here and bool(objective.get("map")) and not objective.get("radius")
    same = bool(objective["target"] == happened.target)
    return same and (happened.kind == "talk" or (happened.kind == "kill" and here))
