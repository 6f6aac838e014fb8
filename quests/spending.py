"""What the ledger says was granted, to look at: a day's room, a month day by day, and the entries
that somebody looks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, F, QuerySet, Sum

from quests import handover, ledger
from quests.models import RewardAlert, RewardClock, RewardEntry, RewardItem
from quests.policy import policy
from world.models import GameItem, PlayerProfile

DAYS = 30


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Of one of the server's caps, on the ledger's day."""

    name: str
    """zeny, exp, item_value or grants."""
    taken: int
    cap: int


@dataclass(kw_only=True)
class Day:
    day: date
    grants: int = 0
    zeny: int = 0
    item_value: int = 0
    exp: int = 0
    reversed: int = 0
    """How many of its grants were taken back."""


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What of the ledger is looked for; empty is everything."""

    status: str = ""
    kind: str = ""
    char_id: int | None = None
    quest: int | None = None
    since: date | None = None
    until: date | None = None


def today() -> tuple[date | None, list[Taken]]:
    """The ledger's day, None before the first grant, and how much of its room is taken."""
    clock = RewardClock.objects.first()
    room, cap = ledger.taken_today("server", ""), policy().caps["server"]
    names = ("zeny", "exp", "item_value", "grants")
    taken = [Taken(name=n, taken=getattr(room, n), cap=getattr(cap, n)) for n in names]
    return (clock.day if clock else None), taken


def by_day(now: datetime) -> list[Day]:
    """The last DAYS days of the ledger, those without a grant too. What was taken back before it
    was handed over never counted."""
    last = now.astimezone(UTC).date()
    found = {last - timedelta(days=n): Day(day=last - timedelta(days=n)) for n in range(DAYS)}
    grants = RewardEntry.objects.filter(kind=RewardEntry.Kind.GRANT, day__in=list(found))
    for row in (
        grants.exclude(status=RewardEntry.Status.VOID)
        .values("day")
        .annotate(
            number=Count("pk"),
            money=Sum("zeny"),
            worth=Sum("item_value"),
            learned=Sum(F("base_exp") + F("job_exp")),
            back=Count("reversal"),
        )
    ):
        day = found[row["day"]]
        day.grants, day.zeny, day.item_value = row["number"], row["money"], row["worth"]
        day.exp, day.reversed = row["learned"], row["back"]
    return [found[day] for day in sorted(found)]


def looked_for(of: Filter) -> QuerySet[RewardEntry]:
    """The newest first, each with what takes it back, if anything does."""
    chosen = {
        "status": of.status, "kind": of.kind, "char_id": of.char_id, "quest_number": of.quest,
        "day__gte": of.since, "day__lte": of.until,
    }  # fmt: skip
    given = {name: value for name, value in chosen.items() if value not in ("", None)}
    return RewardEntry.objects.filter(**given).select_related("reversal").order_by("-pk")


def unsettled() -> Mapping[str, int]:
    """How many grants wait for the map-server, and how many alerts nobody has looked at."""
    grants = RewardEntry.objects.filter(kind=RewardEntry.Kind.GRANT)
    return {
        "waiting": grants.filter(status__in=handover.OPEN).count(),
        "alerts": RewardAlert.objects.filter(seen_by="").count(),
    }


def names(entries: Iterable[RewardEntry]) -> tuple[dict[int, str], dict[int, str]]:
    """Of the characters and of the items that stand in them, as far as anybody knows."""
    listed = list(entries)
    chars = {entry.char_id for entry in listed if entry.char_id is not None}
    items = {row[0] for entry in listed for row in entry.items}
    players = PlayerProfile.objects.filter(char_id__in=chars).exclude(name="")
    called = dict(RewardItem.objects.filter(item_id__in=items).values_list("item_id", "name"))
    called |= dict(GameItem.objects.filter(pk__in=items).values_list("pk", "name"))
    return dict(players.values_list("char_id", "name")), called
