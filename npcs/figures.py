"""What the NPCs of one page said and cost: as many statements for fifty NPCs as for one.

Days that are over come from `usage_daily`; those since are counted from the turns of these NPCs
only, found by index. Days are those of UTC, as everywhere in usage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Max, Q, Sum

from inference.ledger.models import LLMRequestCache, UsageDay
from tenants.statements import rows

LIVE = """
SELECT ids.id,
       (SELECT max(last_turn_at) FROM conversations c WHERE c.npc_id = ids.id),
       turns.today, turns.tokens_today, turns.tokens
FROM unnest(%(ids)s::bigint[]) AS ids (id)
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE t.created_at >= %(today)s) AS today,
           sum(t.tokens) FILTER (WHERE t.created_at >= %(today)s) AS tokens_today,
           sum(t.tokens) AS tokens
    FROM conversations c JOIN conversation_turns t ON t.conversation_id = c.id
    WHERE c.npc_id = ids.id AND c.last_turn_at >= %(start)s AND t.created_at >= %(start)s
) turns ON true
"""


@dataclass(frozen=True, kw_only=True)
class Figures:
    talks_today: int
    """Turns."""
    tokens_today: int
    cost_today: Decimal
    cost_month: Decimal
    """In LLM_PRICE_CURRENCY; today's by this NPC's share of the tokens."""
    last_talk_at: datetime | None


def of(ids: Sequence[int], now: datetime) -> dict[int, Figures]:
    if not ids:
        return {}
    today = now.astimezone(UTC).date()
    month = today.replace(day=1)
    kept = UsageDay.objects.filter(kind=UsageDay.Kind.TOTAL).aggregate(last=Max("day"))["last"]
    start = max(month, kept + timedelta(days=1)) if kept else month
    start = min(start, today)
    past = _past(ids, month, start)
    price = _price_of_a_token(_midnight(start))
    found = rows(LIVE, {"ids": list(ids), "today": _midnight(today), "start": _midnight(start)})
    return {
        pk: Figures(
            talks_today=talks,
            tokens_today=int(tokens_today or 0),
            cost_today=price * int(tokens_today or 0),
            cost_month=past.get(str(pk), Decimal(0)) + price * int(tokens or 0),
            last_talk_at=last,
        )
        for pk, last, talks, tokens_today, tokens in found
    }


def _past(ids: Sequence[int], first: date, before: date) -> dict[str, Decimal]:
    days = UsageDay.objects.filter(
        kind=UsageDay.Kind.NPC, day__gte=first, day__lt=before, subject__in=[str(pk) for pk in ids]
    )
    return dict(days.order_by().values_list("subject").annotate(sum=Sum("cost")))


def _price_of_a_token(since: datetime) -> Decimal:
    """What a token has cost since then, prompts' and answers' together."""
    sums = LLMRequestCache.objects.filter(asked_at__gte=since).aggregate(
        prompt=Sum("prompt_tokens"), answer=Sum("completion_tokens"),
        cost=Sum("cost", filter=Q(own=False)),
    )  # fmt: skip
    tokens = (sums["prompt"] or 0) + (sums["answer"] or 0)
    return (sums["cost"] or Decimal(0)) / tokens if tokens else Decimal(0)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
