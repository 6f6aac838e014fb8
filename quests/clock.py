"""The ledger's day. It goes forward only, whatever the machine's clock does, and a day on which
something was granted before opens closed: so no day's room is given twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.db import transaction

from aiworld.errors import Refused
from quests import signing
from quests.models import RewardClock, RewardCounter, RewardEntry

FIRST_DAY = datetime(2000, 1, 1, tzinfo=UTC).date()
CLOSED = ""
"""The salt of a day on which nothing is granted."""
COUNTERS_KEPT = timedelta(days=7)


def open_day(now: datetime) -> RewardClock:
    """The clock, locked until the transaction ends; a new day is opened if it is time."""
    RewardClock.objects.get_or_create(pk=1, defaults={"day": FIRST_DAY, "salt": CLOSED})
    clock = RewardClock.objects.select_for_update().get(pk=1)
    today = now.astimezone(UTC).date()
    if today > clock.day:
        _open(clock, today)
    return clock


def _open(clock: RewardClock, day: date) -> None:
    """What was taken of a day that was open before can no longer be told: its salt is gone."""
    granted = RewardEntry.objects.filter(kind=RewardEntry.Kind.GRANT, day=day).exists()
    clock.day, clock.salt = day, CLOSED if granted else signing.salt()
    clock.save()


def is_closed(clock: RewardClock) -> bool:
    return clock.salt == CLOSED


def set_back(now: datetime) -> tuple[date, RewardClock]:
    """Today again, after the machine's clock was ahead: the day that was open, and the clock.
    Raises Refused where the day is not ahead."""
    with transaction.atomic():
        clock = open_day(now)
        ahead, today = clock.day, now.astimezone(UTC).date()
        if ahead == today:
            raise Refused(f"the ledger's day is {today}, as it should be")
        _open(clock, today)
        return ahead, clock


def forget_counters() -> None:
    """Of days long over by the ledger's day, not the machine's: one that is ahead for a minute
    would forget what is taken of the day that is open."""
    with transaction.atomic():
        if clock := RewardClock.objects.select_for_update().first():
            RewardCounter.objects.filter(day__lt=clock.day - COUNTERS_KEPT).delete()
