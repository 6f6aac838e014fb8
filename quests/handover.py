"""From the ledger to the game: the map-server asks for what is due, gives it, and says what it
gave."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.crypto import constant_time_compare

from aiworld.errors import NotFound, Refused
from quests import alerts
from quests.ledger import genuine, pay
from quests.models import DynamicQuest, QuestMember, RewardAlert, RewardEntry
from quests.rules import same

MOST = 20
Status = RewardEntry.Status
OPEN = (Status.DUE, Status.HANDED)


def content(entry: RewardEntry) -> dict[str, Any]:
    return {
        "zeny": entry.zeny,
        "base_exp": entry.base_exp,
        "job_exp": entry.job_exp,
        "items": [[item, pieces] for item, pieces, _ in entry.items],
    }


def claim(
    char_id: int, *, last_given: int, takes_back: bool, now: datetime
) -> list[RewardEntry]:  # fmt: skip
    """What is due to a character, the oldest first; what a full day had postponed is tried again
    before. The same until it is confirmed."""
    for quest_id in _unpaid(char_id):
        pay(quest_id, char_id, now=now)
    with transaction.atomic():
        _compare(char_id, last_given)
        kinds = RewardEntry.Kind.values if takes_back else [RewardEntry.Kind.GRANT]
        rows = RewardEntry.objects.filter(char_id=char_id, status__in=OPEN, kind__in=kinds)
        due = [
            entry for entry in rows.order_by("pk").select_for_update()[:MOST] if _may_go(entry)
        ]  # fmt: skip
        fresh = [entry.pk for entry in due if entry.handed_at is None]
        RewardEntry.objects.filter(pk__in=fresh).update(status=Status.HANDED, handed_at=now)
    return due


def _unpaid(char_id: int) -> list[int]:
    members = QuestMember.objects.filter(
        char_id=char_id, is_paid=False, quest__status=DynamicQuest.Status.COMPLETED
    )  # fmt: skip
    return list(members.order_by("pk").values_list("quest_id", flat=True)[:MOST])


def _compare(char_id: int, last_given: int) -> None:
    """A map-server that went back to an older save has forgotten what it gave."""
    settled = RewardEntry.objects.filter(
        char_id=char_id, status=Status.SETTLED, kind=RewardEntry.Kind.GRANT, pk__gt=last_given
    )  # fmt: skip
    if last_given and (entry := settled.order_by("pk").first()):
        detail = f"it remembers grants up to {last_given}; {entry.pk} was confirmed"
        alerts.sound(RewardAlert.Kind.FORGOTTEN, entry, detail)


def _may_go(entry: RewardEntry) -> bool:
    if genuine(entry):
        return True
    alerts.sound(RewardAlert.Kind.FORGED, entry, "it is not handed over")
    return False


def confirm(
    entry_id: int,
    char_id: int,
    *,
    signature: str,
    given: Mapping[str, Any] | None,
    now: datetime,
) -> tuple[bool, bool]:
    """What the map-server gave; None: the whole, in an earlier pass. Whether that was told before,
    and whether it is something else than was granted.

    Raises NotFound, Refused."""
    with transaction.atomic():
        rows = RewardEntry.objects.filter(pk=entry_id, char_id=char_id, handed_at__isnull=False)
        if (entry := rows.select_for_update().first()) is None:
            said = f"character {char_id} has no grant {entry_id}; ClaimGrants says which it has"
            raise NotFound(said, field="grant_id")
        if not constant_time_compare(entry.signature, signature):
            raise Refused("this is not the grant's signature", field="signature")
        if entry.status not in OPEN:
            return True, entry.status == Status.DIFFERS
        granted = content(entry)
        what = granted if given is None else dict(given)
        differs = not same(granted, what)
        entry.status = Status.DIFFERS if differs else Status.SETTLED
        entry.given, entry.settled_at = what, now
        entry.save(update_fields=["status", "given", "settled_at"])
        if differs:
            alerts.sound(RewardAlert.Kind.DIFFERS, entry, f"granted {granted}, given {what}")
        return False, differs


def put_off(entry_id: int, char_id: int) -> None:
    """The map-server could not give it just now: it stays due. Raises NotFound."""
    rows = RewardEntry.objects.filter(pk=entry_id, char_id=char_id, handed_at__isnull=False)
    if not rows.exists():
        raise NotFound(f"character {char_id} has no grant {entry_id}", field="grant_id")
