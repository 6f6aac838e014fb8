"""Writing grants. All that is granted on a server goes through `pay`, one at a time: it locks the
ledger's clock, reads the caps and what is taken of them under that lock, and writes. A quest pays
each member once: the entry is unique, and who comes second finds the first one's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import F

from aiworld.errors import Conflict, NotFound, Refused
from quests import signing
from quests.clock import is_closed, open_day
from quests.models import DynamicQuest, QuestMember, RewardClock, RewardCounter, RewardEntry
from quests.policy import policy
from quests.rules import Policy, Reward, Room, clipped, fits, part

SIGNED = (
    "kind", "quest_number", "reverses_id", "subject", "npc_key", "difficulty", "day", "zeny",
    "base_exp", "job_exp", "items", "item_value", "made_by",
)  # fmt: skip
"""`subject` stands for the character and the cause."""


def pay(quest_id: int, char_id: int, *, now: datetime) -> RewardEntry | None:
    """The member's grant for a completed quest, written now or before; None while a cap leaves no
    room for it. Raises NotFound, Refused."""
    with transaction.atomic():
        clock = open_day(now)
        entries = RewardEntry.objects.filter(kind=RewardEntry.Kind.GRANT)
        if found := entries.filter(quest_number=quest_id, char_id=char_id).first():
            return found
        quest, member = _completed(quest_id, char_id)
        rules = policy()
        if not rules.is_active or is_closed(clock):
            return None
        due = _due(quest, member, rules)
        counters = _locked(clock, quest.npc.key, member)
        if not all(fits(_room(counters[scope]), due, rules.caps[scope]) for scope in counters):
            return None
        if not _items_left(clock, due, rules):
            return None
        _take(list(counters.values()), due)
        QuestMember.objects.filter(pk=member.pk).update(is_paid=True)
        return _written(quest, member, due, clock, now)


def _completed(quest_id: int, char_id: int) -> tuple[DynamicQuest, QuestMember]:
    members = QuestMember.objects.select_related("quest__npc").select_for_update(of=("self",))
    member = members.filter(quest_id=quest_id, char_id=char_id).first()
    if member is None:
        raise NotFound(f"character {char_id} has no quest {quest_id}", field="quest_id")
    quest = member.quest
    if quest.status != DynamicQuest.Status.COMPLETED or member.is_paid:
        raise Refused(f"quest {quest_id} is {quest.status}: there is nothing to pay")
    return quest, member


def _due(quest: DynamicQuest, member: QuestMember, rules: Policy) -> Reward:
    """This member's part. Whoever was paid counts, erased or not."""
    paid = RewardEntry.objects.filter(kind=RewardEntry.Kind.GRANT, quest_number=quest.pk)
    unpaid = quest.members.filter(is_paid=False).count()
    first = quest.members.order_by("pk").values_list("pk", flat=True)[0] == member.pk
    return part(
        clipped(offered(quest), rules),
        members=paid.count() + unpaid,
        first=first and not paid.filter(item_value__gt=0).exists(),
    )


def offered(quest: DynamicQuest) -> Reward:
    """What the quest's row says; worth nothing until the policy has clipped it."""
    told = quest.reward
    return Reward(
        zeny=int(told.get("zeny", 0)),
        base_exp=int(told.get("base_exp", 0)),
        job_exp=int(told.get("job_exp", 0)),
        items=tuple((int(item), int(pieces), 0) for item, pieces in told.get("items", [])),
    )


def scopes(npc_key: str, member: QuestMember) -> Iterator[tuple[str, str]]:
    yield "server", ""
    yield "npc", npc_key
    yield "player", str(member.char_id)
    yield "account", account_subject(member.account, member.char_id)


def account_subject(account: str, char_id: int) -> str:
    return account or f"of character {char_id}"


def _locked(clock: RewardClock, npc_key: str, member: QuestMember) -> dict[str, RewardCounter]:
    return {
        scope: counter(clock, scope, subject)
        for scope, subject in scopes(npc_key, member)
    }  # fmt: skip


def counter(clock: RewardClock, scope: str, subject: str) -> RewardCounter:
    """Locked. Call it with the clock locked: that is the order of locks."""
    of = {"scope": scope, "subject": signing.digest(clock.salt, scope, subject), "day": clock.day}
    RewardCounter.objects.bulk_create([RewardCounter(**of)], ignore_conflicts=True)
    return RewardCounter.objects.select_for_update().get(**of)


def _room(taken: RewardCounter) -> Room:
    return Room(
        zeny=taken.zeny, exp=taken.exp, item_value=taken.item_value, grants=taken.grants
    )  # fmt: skip


def _items_left(clock: RewardClock, due: Reward, rules: Policy) -> bool:
    """Whether the server may grant so many pieces more today; if so they are taken."""
    most = {one.item_id: one.per_day for one in rules.items}
    rows = [(counter(clock, "item", str(item)), item, pieces) for item, pieces, _ in due.items]
    if any(row.grants + pieces > most[item] for row, item, pieces in rows):
        return False
    for row, _, pieces in rows:
        RewardCounter.objects.filter(pk=row.pk).update(grants=F("grants") + pieces)
    return True


def _take(counters: list[RewardCounter], due: Reward) -> None:
    RewardCounter.objects.filter(pk__in=[row.pk for row in counters]).update(
        zeny=F("zeny") + due.zeny,
        exp=F("exp") + due.exp,
        item_value=F("item_value") + due.item_value,
        grants=F("grants") + 1,
    )


def _written(
    quest: DynamicQuest, member: QuestMember, due: Reward, clock: RewardClock, now: datetime
) -> RewardEntry:
    return signed(
        RewardEntry(
            kind=RewardEntry.Kind.GRANT,
            quest_number=quest.pk,
            char_id=member.char_id,
            npc_key=quest.npc.key,
            difficulty=quest.difficulty,
            day=clock.day,
            zeny=due.zeny,
            base_exp=due.base_exp,
            job_exp=due.job_exp,
            items=[list(item) for item in due.items],
            item_value=due.item_value,
            cause=f"completed: {quest.title}"[:200],
            granted_at=now,
        )
    )


def signed(entry: RewardEntry) -> RewardEntry:
    """Stored, with its subject and signature."""
    entry.salt = signing.salt()
    entry.subject = _subject(entry)
    entry.signature = signing.signature(content(entry))
    entry.save(force_insert=True)
    return entry


def content(entry: RewardEntry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in SIGNED}


def _subject(entry: RewardEntry) -> str:
    return signing.digest(entry.salt, entry.char_id, entry.cause)


def genuine(entry: RewardEntry) -> bool:
    """Whether nobody has changed it since it was written, nor whose it is."""
    mine = entry.char_id is None or _subject(entry) == entry.subject
    return mine and signing.valid(content(entry), entry.signature)


def reverse(entry_id: int, *, by: str, reason: str, now: datetime) -> RewardEntry:
    """Take a grant back. One that was never handed over is void, and its day has the room again; of
    one that was the map-server may take what the character still has.

    Raises NotFound, Refused, Conflict."""
    with transaction.atomic():
        clock = open_day(now)
        entry = RewardEntry.objects.select_for_update().filter(pk=entry_id).first()
        if entry is None or entry.char_id is None:
            raise NotFound("there is no such grant of a player")
        if entry.kind != RewardEntry.Kind.GRANT or not genuine(entry):
            raise Refused("only a grant can be reversed, and only one that nobody has changed")
        if RewardEntry.objects.filter(reverses=entry).exists():
            raise Conflict("this grant was reversed before")
        never_given = entry.status == RewardEntry.Status.DUE and entry.handed_at is None
        if never_given:
            RewardEntry.objects.filter(pk=entry.pk).update(status=RewardEntry.Status.VOID)
            if entry.day == clock.day and not is_closed(clock):
                _give_room_back(clock, entry, entry.char_id)
        return _reversal(entry, clock, by=by, reason=reason, now=now, void=never_given)


def _reversal(
    entry: RewardEntry, clock: RewardClock, *, by: str, reason: str, now: datetime, void: bool
) -> RewardEntry:
    copied = ("quest_number", "char_id", "npc_key", "difficulty", "zeny", "base_exp", "job_exp",
              "items", "item_value")  # fmt: skip
    return signed(
        RewardEntry(
            kind=RewardEntry.Kind.REVERSAL,
            reverses=entry,
            day=clock.day,
            cause=reason[:200],
            made_by=by,
            granted_at=now,
            status=RewardEntry.Status.VOID if void else RewardEntry.Status.DUE,
            **{name: getattr(entry, name) for name in copied},
        )
    )


def _give_room_back(clock: RewardClock, entry: RewardEntry, whose: int) -> None:
    members = QuestMember.objects.filter(quest_id=entry.quest_number).filter(char_id=whose)
    if (member := members.first()) is None:
        return  # the quest is gone, and with it the account: the day stays as full as it is
    rows = _locked(clock, entry.npc_key, member).values()
    RewardCounter.objects.filter(pk__in=[row.pk for row in rows]).update(
        zeny=F("zeny") - entry.zeny,
        exp=F("exp") - entry.base_exp - entry.job_exp,
        item_value=F("item_value") - entry.item_value,
        grants=F("grants") - 1,
    )
    for item, pieces, _ in entry.items:
        row = counter(clock, "item", str(item))
        RewardCounter.objects.filter(pk=row.pk).update(grants=F("grants") - pieces)


def taken_today(scope: str, subject: str) -> Room:
    """What is taken of a cap on the ledger's day; to look at, not to grant by."""
    clock = RewardClock.objects.first()
    if clock is None:
        return Room()
    whose = signing.digest(clock.salt, scope, subject)
    row = RewardCounter.objects.filter(scope=scope, subject=whose, day=clock.day).first()
    return _room(row) if row else Room()
