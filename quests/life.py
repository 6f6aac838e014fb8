"""A quest's life: accepted, completed, given up, lapsed. Each step is one short transaction with
the quest's row locked; a step that was taken before changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from aiworld.errors import Conflict, NotFound, OverQuota, Refused, SwitchedOff
from quests import clock, learning, signing
from quests.ledger import pay
from quests.models import DynamicQuest, QuestMember, RewardEntry
from quests.policy import policy
from tenants.context import tenant
from tenants.statements import rows

SLOTS = 10
"""Of a character in the client's log."""
LONGEST = timedelta(days=14)
"""An active quest without a time limit lapses after so long."""
APPROVED_LASTS = timedelta(days=7)
Status = DynamicQuest.Status
OPEN = (Status.PROPOSED, Status.OFFERED, Status.ACTIVE)
UNDECIDED, WAITING = (Status.PROPOSED,), (Status.PROPOSED, Status.OFFERED)
LOCK = "SELECT 1 FROM (SELECT pg_advisory_xact_lock(hashtextextended(%(name)s, 0))) locked"


@dataclass(frozen=True, kw_only=True)
class Taker:
    char_id: int
    account_id: int = 0


def lock_character(char_id: int) -> None:
    """Until the transaction ends: how many quests a character has is counted by one at a time."""
    rows(LOCK, {"name": f"quests {tenant().schema_name} {char_id}"})


def held(quest_id: int, char_id: int) -> DynamicQuest:
    """The quest's row, locked, if it is this character's. Raises NotFound."""
    found = DynamicQuest.objects.select_related("npc").select_for_update(of=("self",))
    quest = found.filter(pk=quest_id).first()
    if quest is None or not (quest.char_id == char_id or quest.members.filter(char_id=char_id)):
        raise NotFound(f"character {char_id} has no quest {quest_id}", field="quest_id")
    return quest


def accept(
    quest_id: int, taker: Taker, party: Sequence[Taker] = (), *, now: datetime
) -> tuple[DynamicQuest, bool]:
    """The quest, and whether it was accepted before. Raises NotFound, Refused, OverQuota."""
    with transaction.atomic():
        takers = [taker, *party]
        for char_id in sorted({each.char_id for each in takers}):
            lock_character(char_id)
        quest = held(quest_id, taker.char_id)
        if quest.status == Status.ACTIVE and not lapsed(quest, now):
            return quest, True
        if quest.char_id != taker.char_id or quest.status != Status.OFFERED or lapsed(quest, now):
            raise Refused(f"quest {quest_id} is no longer on offer", field="quest_id")
        if not (rules := policy()).is_active:
            raise SwitchedOff("the owner has switched quests off")
        _check_party(takers, quest.max_members, rules.max_active)
        quest.slot_id = _free_slot(takers, rules.first_slot)
        quest.status, quest.accepted_at = Status.ACTIVE, now
        limit = timedelta(seconds=quest.time_limit) if quest.time_limit else LONGEST
        quest.expires_at = now + limit
        quest.save()
        zeros = [0] * len(quest.objectives)
        for each in takers:
            account = account_of(each.char_id, each.account_id)
            QuestMember.objects.create(
                quest=quest, char_id=each.char_id, account=account, counted=zeros, seen=zeros
            )
        learning.taken(quest)
        return quest, False


def _check_party(takers: Sequence[Taker], most: int, most_active: int) -> None:
    if len({each.char_id for each in takers}) != len(takers) or len(takers) > most:
        raise Refused(f"this quest is for {most} different characters at most", field="party")
    for each in takers:
        if active(each.char_id).count() >= most_active:
            said = f"character {each.char_id} has {most_active} active quests, as many as it may"
            raise OverQuota(said, limit="active_quests")


def active(char_id: int) -> QuerySet[QuestMember]:
    return QuestMember.objects.filter(char_id=char_id, quest__status=Status.ACTIVE)


def account_of(char_id: int, account_id: int) -> str:
    """Told now, or with an earlier quest: who leaves it out gets no caps of their own."""
    if account_id:
        return signing.account(account_id)
    known = QuestMember.objects.filter(char_id=char_id).exclude(account="")
    return known.order_by("-pk").values_list("account", flat=True).first() or ""


def _free_slot(takers: Sequence[Taker], first: int) -> int:
    """One that none of them has. Raises OverQuota."""
    chars = [each.char_id for each in takers]
    taken = set(
        QuestMember.objects.filter(char_id__in=chars, quest__status=Status.ACTIVE).values_list(
            "quest__slot_id", flat=True
        )
    )
    for slot in range(first, first + SLOTS):
        if slot not in taken:
            return slot
    raise OverQuota("the members' quest logs have no slot in common", limit="active_quests")


def complete(
    quest_id: int, char_id: int, *, now: datetime
) -> tuple[DynamicQuest, RewardEntry | None, bool]:
    """The quest, this member's grant (None: postponed), and whether it was completed before.

    Raises NotFound, Refused."""
    with transaction.atomic():
        quest = held(quest_id, char_id)
        repeated = quest.status == Status.COMPLETED
        if not repeated:
            check_active(quest, now)
            if left := [one for one in quest.objectives if one["done"] < one["amount"]]:
                raise Refused(f"{len(left)} of the quest's objectives are not fulfilled")
            quest.status, quest.ended_at = Status.COMPLETED, now
            quest.save(update_fields=["status", "ended_at"])
    # A crash between the two is no loss: what is unpaid is paid when it is claimed.
    paid = {
        member: pay(quest_id, member, now=now)
        for member in quest.members.order_by("pk").values_list("char_id", flat=True)
    }
    return quest, paid.get(char_id), repeated


def check_active(quest: DynamicQuest, now: datetime) -> None:
    if quest.status != Status.ACTIVE or lapsed(quest, now):
        status = Status.EXPIRED if lapsed(quest, now) else quest.status
        raise Refused(f"quest {quest.pk} is {status}, not active", field="quest_id")


def lapsed(quest: DynamicQuest, now: datetime) -> bool:
    return quest.expires_at is not None and quest.expires_at <= now


def abandon(quest_id: int, char_id: int, *, now: datetime) -> tuple[DynamicQuest, bool]:
    """A member leaves; if it is the one who accepted, the quest ends for all. Raises NotFound,
    Refused."""
    with transaction.atomic():
        quest = held(quest_id, char_id)
        if quest.status not in OPEN:
            if quest.status == Status.COMPLETED:
                raise Refused("a completed quest cannot be given up", field="quest_id")
            return quest, True
        if quest.char_id != char_id:
            quest.members.filter(char_id=char_id).delete()
            return quest, False
        quest.status, quest.ended_at = Status.ABANDONED, now
        quest.save(update_fields=["status", "ended_at"])
        return quest, False


def expire(now: datetime) -> int:
    """End what has lapsed, forget what is of no use; returns how many quests ended."""
    due = DynamicQuest.objects.filter(status__in=OPEN, expires_at__lte=now)
    ended = due.update(status=Status.EXPIRED, ended_at=now)
    clock.forget_counters()
    learning.forget_untaken(now)
    return ended


def decide(quest_id: int, *, approve: bool, by: str, now: datetime) -> DynamicQuest:
    """A person approves a proposal, or retires whatever is not active yet. Raises NotFound,
    Refused."""
    with transaction.atomic():
        quest = DynamicQuest.objects.select_for_update().filter(pk=quest_id).first()
        if quest is None:
            raise NotFound("there is no such quest")
        if quest.status not in (UNDECIDED if approve else WAITING):
            raise Refused(f"quest {quest_id} is {quest.status}")
        quest.decided_by = by
        if approve:
            quest.status, quest.expires_at = Status.OFFERED, now + APPROVED_LASTS
        else:
            quest.status, quest.ended_at = Status.EXPIRED, now
        quest.save(update_fields=["status", "expires_at", "ended_at", "decided_by"])
        return quest


def withdraw(quest_id: int) -> None:
    """An offer that nobody has taken is over; doing it again changes nothing. Raises Conflict where
    a player has taken it."""
    with transaction.atomic():
        quest = DynamicQuest.objects.select_for_update().filter(pk=quest_id).first()
        if quest is None or quest.status not in (*WAITING, Status.ACTIVE, Status.COMPLETED):
            return
        if quest.status not in WAITING:
            raise Conflict(f"quest {quest_id} is {quest.status}: a player has taken it")
        quest.status, quest.ended_at = Status.EXPIRED, timezone.now()
        quest.save(update_fields=["status", "ended_at"])


def open_quests(char_id: int) -> list[DynamicQuest]:
    """A character's offered and active quests, its own and shared ones, the newest first."""
    mine = Q(char_id=char_id, status=Status.OFFERED)
    shared = Q(members__char_id=char_id, status=Status.ACTIVE)
    found = DynamicQuest.objects.select_related("npc").filter(mine | shared)
    return list(found.distinct().order_by("-pk")[:50])
