"""What a boss's fall, a cleared dungeon, a found treasure or a dig is worth: a quest that is
completed already, so that it is paid by the one ledger, under the owner's policy and caps, when the
map-server claims it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from npcs.models import NpcPersonality
from quests import ledger, rules
from quests.clock import open_day
from quests.life import account_of, lock_character
from quests.models import DynamicQuest, QuestMember, RewardEntry
from quests.policy import policy
from quests.rules import Policy
from world.bosses import fights
from world.digs import recording
from world.dungeons import delving
from world.models import WorldEvent
from world.treasure import finding

BOSS = 4
"""Difficulty of a mini-boss and of a dungeon; of a treasure it is the number of its clues, up to
this; of a dig it follows from the age of what was found."""
Status = DynamicQuest.Status


def award(event_id: int, *, now: datetime) -> DynamicQuest | None:
    """For who won the fight, cleared the dungeon or found the treasure of an event; doing it again
    finds the first. Nothing for an event that was taken back, and where the owner lets nothing be
    paid unasked."""
    event = WorldEvent.objects.filter(pk=event_id, retracted=False).first()
    if event is None:
        return None
    known = DynamicQuest.objects.filter(request_id=f"award:{event_id}").first()
    chars, told = _who(event), policy()
    difficulty = min(_difficulty(event), told.auto_approve)
    npc = _keeper(event)
    if known or not chars or npc is None or not told.is_active or difficulty < 1:
        return known
    return _completed(event, npc, chars[: max(told.max_members, 1)], difficulty, told, now)


def take_back(event_id: int, *, by: str, reason: str, now: datetime) -> None:
    """An event never was: what is not paid for it yet is not going to be, and grants that the
    map-server has not been told of are void. What it was told of stays (`handed_over`) until staff
    reverse it in the ledger: a player has it."""
    with transaction.atomic():
        mine = DynamicQuest.objects.filter(request_id=f"award:{event_id}")
        if not mine.exists():
            return
        open_day(now)  # nobody pays meanwhile
        quest = mine.get()
        for entry in _standing([event_id]).filter(handed_at__isnull=True, status="due"):
            ledger.reverse(entry.pk, by=by, reason=reason, now=now)
        if quest.members.filter(is_paid=False).exists():
            quest.status, quest.ended_at, quest.decided_by = Status.EXPIRED, now, by
            quest.save(update_fields=["status", "ended_at", "decided_by"])


def handed_over(event_ids: Sequence[int]) -> list[RewardEntry]:
    """Grants for these events that players have, or are about to get."""
    return list(_standing(event_ids).exclude(status="void").order_by("pk"))


def _standing(event_ids: Sequence[int]) -> QuerySet[RewardEntry]:
    """Grants for these events that nobody has reversed."""
    names = [f"award:{one}" for one in event_ids]
    quests = DynamicQuest.objects.filter(request_id__in=names).values("pk")
    grants = RewardEntry.objects.filter(kind=RewardEntry.Kind.GRANT, quest_number__in=quests)
    reversed_ones = RewardEntry.objects.filter(reverses__isnull=False).values("reverses")
    return grants.exclude(pk__in=reversed_ones)


def _who(event: WorldEvent) -> Sequence[int]:
    if event.kind == "boss":
        return fights.victors(event.pk)
    if event.kind == "dungeon":
        return delving.delvers(event.pk)
    found = finding.finder(event.pk)
    return [] if found is None else [found]


def _difficulty(event: WorldEvent) -> int:
    if event.kind == "find":
        return recording.worth(event.data["era"])
    if event.kind in ("boss", "dungeon"):
        return BOSS
    return min(len(event.data.get("steps", ())), BOSS)


def _keeper(event: WorldEvent) -> NpcPersonality | None:
    """The one that the event names, else one of its map, else any that answers by AI."""
    npcs = NpcPersonality.objects.filter(ai_enabled=True).order_by("pk")
    return (
        npcs.filter(key=event.data.get("npc", "")).first()
        or npcs.filter(map_name=event.map_name).first()
        or npcs.first()
    )


def _completed(
    event: WorldEvent, npc: NpcPersonality, chars: Sequence[int], difficulty: int, told: Policy,
    now: datetime,
) -> DynamicQuest:  # fmt: skip
    level, seed = int(event.data.get("level", 1)), f"award {event.pk}"
    paid = rules.reward(told, difficulty=difficulty, level=level, seed=seed)
    with transaction.atomic():
        for char_id in sorted(chars):
            lock_character(char_id)
        quest, made = DynamicQuest.objects.get_or_create(
            request_id=f"award:{event.pk}",
            defaults={
                "npc": npc, "char_id": chars[0], "difficulty": difficulty, "level": level,
                "kind": "boss" if event.kind in ("boss", "dungeon") else "exploration",
                "title": event.title, "text": event.description[: rules.LONGEST_TEXT],
                "objectives": [_objective(event)], "reward": paid.given(),
                "status": Status.COMPLETED, "accepted_at": event.starts_at, "ended_at": now,
                "max_members": len(chars), "language": "en", "decided_by": "",
            },
        )  # fmt: skip
        if made:
            QuestMember.objects.bulk_create(
                QuestMember(quest=quest, char_id=one, account=account_of(one, 0), counted=[1],
                            seen=[1])
                for one in chars
            )  # fmt: skip
    return quest


def _objective(event: WorldEvent) -> dict[str, object]:
    if event.kind == "find":
        return {"kind": "visit", "target": event.map_name, "name": event.title[:60], "amount": 1,
                "done": 1}  # fmt: skip
    monster = event.data.get("monster_id") or event.data.get("guardian_id")
    if event.kind == "dungeon":
        monster = delving.dungeon(event.data).boss
    return {
        "kind": "kill",
        "target": str(monster),
        "name": event.title[:60],
        "amount": 1,
        "done": 1,
    }
