"""What a server used, by day: talks by source, NPC and player, tokens, cost.

Days that are over are kept as rows of `usage_daily`; those since are counted from the turns when
somebody asks. A day is found through the conversations that were going on in it, which have an
index by time already: the turns themselves need none on the hot path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min, QuerySet, Sum

from inference.ledger.models import LLMRequestCache, UsageDay
from npcs.models import Conversation

DAY = timedelta(days=1)
TALKS = """
SELECT GROUPING(source, npc_id, char_id) AS seen,
       source, npc_id, char_id, max(player_name),
       count(*), coalesce(sum(latency_ms), 0), coalesce(sum(tokens), 0)
FROM (
    SELECT t.source, t.latency_ms, t.tokens, c.npc_id, c.char_id, c.player_name
    FROM conversations c
    CROSS JOIN LATERAL (
        SELECT source, latency_ms, tokens FROM conversation_turns
        WHERE conversation_id = c.id AND created_at >= %(start)s AND created_at < %(end)s
        OFFSET 0
    ) t
    WHERE c.last_turn_at >= %(start)s AND c.started_at < %(end)s
) turns
GROUP BY GROUPING SETS ((), (source), (npc_id), (char_id))
"""
CALLS = """
SELECT GROUPING(model, task) AS seen, own, model, task, count(*),
       coalesce(sum(seconds) * 1000, 0), coalesce(sum(prompt_tokens), 0),
       coalesce(sum(completion_tokens), 0), coalesce(sum(cost), 0)
FROM llm_request_cache WHERE asked_at >= %(start)s AND asked_at < %(end)s
GROUP BY GROUPING SETS ((own, model), (own, task))
"""
# OFFSET 0 keeps PostgreSQL from making a hash join of it, which reads all turns there are: it does
# not know that a conversation's turns are of its time.
SIDES = {
    0b111: UsageDay.Kind.TOTAL,
    0b011: UsageDay.Kind.SOURCE,
    0b101: UsageDay.Kind.NPC,
    0b110: UsageDay.Kind.PLAYER,
}
"""By PostgreSQL's GROUPING: a bit is set where that column is not told apart."""
NAMES = "SELECT id, name FROM npc_personalities WHERE id = ANY(%(ids)s)"


def measured(day: date) -> list[UsageDay]:
    """The rows of one day, unsaved, counted from what was said and asked. Always with a total; its
    cost is the platform's, what an owner's own model cost is told apart."""
    start = datetime.combine(day, time(), UTC)
    bounds = {"start": start, "end": start + DAY}
    calls = list(_call_rows(day, _rows(CALLS, bounds)))
    models = [row for row in calls if row.kind == UsageDay.Kind.MODEL]
    rows = [_talk_row(day, *row) for row in _rows(TALKS, bounds)]
    total = next(row for row in rows if row.kind == UsageDay.Kind.TOTAL)
    asked = sum(row.tokens for row in rows if row.kind == UsageDay.Kind.SOURCE)
    own = sum(row.tokens for row in calls if row.kind == UsageDay.Kind.OWN)
    total.tokens = own + sum(row.tokens for row in models)
    total.prompt_tokens = sum(row.prompt_tokens for row in models)
    total.cost = sum((row.cost for row in models), Decimal(0))
    for row in rows:
        if row is not total and asked:
            row.cost = total.cost * row.tokens / asked
    _name_npcs(rows)
    return rows + calls


def roll_up(today: date) -> int:
    """Keep every day before `today` that is not kept yet; returns how many were written. A day that
    two workers take up is written by one."""
    written = 0
    for day in days(first_uncounted(today), today - DAY):
        with transaction.atomic():
            rows = measured(day)
            UsageDay.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
        written += 1
    return written


def first_uncounted(today: date) -> date:
    """The first day that `usage_daily` does not tell of; `today` if it tells of all before."""
    totals = UsageDay.objects.filter(kind=UsageDay.Kind.TOTAL)
    kept: date | None = totals.aggregate(last=Max("day"))["last"]
    if kept:
        return min(kept + DAY, today)
    first: datetime | None = Conversation.objects.aggregate(first=Min("started_at"))["first"]
    asked: datetime | None = LLMRequestCache.objects.aggregate(first=Min("asked_at"))["first"]
    starts = [at.astimezone(UTC).date() for at in (first, asked) if at]
    return min([*starts, today])


def days(first: date, last: date) -> list[date]:
    return [first + DAY * at for at in range((last - first).days + 1)]


@dataclass(frozen=True)
class Share:
    """What one source, NPC, player or model came to in a range of days."""

    subject: str
    name: str
    talks: int
    latency_ms: int
    tokens: int
    cost: Decimal

    @property
    def seconds(self) -> float:
        """On average, to an answer."""
        return self.latency_ms / self.talks / 1000 if self.talks else 0.0


@dataclass(frozen=True)
class Usage:
    """A range of days, today's as far as it has come."""

    first: date
    last: date
    kept: QuerySet[UsageDay]
    live: list[UsageDay]

    def by_day(self, kind: str) -> Iterator[UsageDay]:
        """Every row of one side, by day."""
        yield from self.kept.filter(kind=kind).order_by("day", "subject")
        yield from (row for row in self.live if row.kind == kind)

    def shares(self, kind: str, *, most: int | None = None) -> list[Share]:
        """Of the whole range, the most talks first."""
        sums = self.kept.filter(kind=kind).values("subject").annotate(
            name=Max("name"), talks=Sum("talks"), latency_ms=Sum("latency_ms"),
            tokens=Sum("tokens"), cost=Sum("cost"),
        )  # fmt: skip
        shares = {row["subject"]: Share(**row) for row in sums.order_by()}
        for row in self.live:
            if row.kind == kind:
                shares[row.subject] = _added(shares.get(row.subject), row)
        ordered = sorted(shares.values(), key=lambda share: (-share.talks, share.subject))
        return ordered[:most]


def usage(number: int, today: date) -> Usage:
    """The last `number` days, `today` included."""
    first = today - DAY * (number - 1)
    uncounted = max(first_uncounted(today), first)
    live = [row for day in days(uncounted, today) for row in measured(day)]
    kept = UsageDay.objects.filter(day__gte=first, day__lt=uncounted)
    return Usage(first, today, kept, live)


def _added(share: Share | None, row: UsageDay) -> Share:
    return Share(
        subject=row.subject,
        name=row.name or (share.name if share else ""),
        talks=row.talks + (share.talks if share else 0),
        latency_ms=row.latency_ms + (share.latency_ms if share else 0),
        tokens=row.tokens + (share.tokens if share else 0),
        cost=row.cost + (share.cost if share else Decimal(0)),
    )


def _talk_row(
    day: date,
    seen: int,
    source: str | None,
    npc_id: int | None,
    char_id: int | None,
    player: str | None,
    talks: int,
    latency_ms: Any,
    tokens: Any,
) -> UsageDay:
    kind = SIDES[seen]
    subject = next((each for each in (source, npc_id, char_id) if each is not None), "")
    return UsageDay(
        day=day,
        kind=kind,
        subject=str(subject),
        name=player or "" if kind == UsageDay.Kind.PLAYER else "",
        talks=talks,
        latency_ms=int(latency_ms),
        tokens=int(tokens),
        cost=Decimal(0),
    )


def _call_rows(day: date, found: Iterable[Any]) -> Iterator[UsageDay]:
    """By model, the owner's apart; and by task, of the platform's alone."""
    for seen, own, model, task, calls, latency_ms, prompts, answers, cost in found:
        by_task = bool(seen & 0b10)
        if by_task and own:
            continue
        kind = UsageDay.Kind.OWN if own else UsageDay.Kind.MODEL
        yield UsageDay(
            day=day,
            kind=UsageDay.Kind.TASK if by_task else kind,
            subject=task if by_task else model,
            talks=calls,
            latency_ms=int(latency_ms),
            tokens=int(prompts + answers),
            prompt_tokens=int(prompts),
            cost=cost,
        )


def _name_npcs(rows: Iterable[UsageDay]) -> None:
    npcs = [row for row in rows if row.kind == UsageDay.Kind.NPC]
    names = dict(_rows(NAMES, {"ids": [int(row.subject) for row in npcs]}))
    for row in npcs:
        row.name = names.get(int(row.subject), "")


def _rows(sql: str, values: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[Any] = cursor.fetchall()
    return rows
