"""The money a server's language models may cost in a month, and what happens as it runs out: the
platform's money, and apart from it the owner's for a model they brought.

Before a call the most it can come to is set aside, under a lock on the month's row; when it has
ended the row grows by what it cost, and the amount set aside is free again. So calls at once stay
below the cap together. What a process that died had set aside counts until it expires.

The database holds both: a cache may evict, and where the database is away no call is answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import IntEnum

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from aiworld.breaker import NotAsked
from inference.generation import Message
from inference.ledger.models import BudgetHold, BudgetMonth
from inference.prices import Price
from inference.providers.tasks import task_of
from npcs.brief import Mode
from tenants import budgets, live, outbox
from tenants.context import run_in_tenant, tenant
from tenants.llm import Terms
from tenants.models import Server
from tenants.statements import rows

TELL = "npcs.tasks.tell_of_budget"
GRACE = timedelta(seconds=60)
"""After its deadline a call has ended, or its process has."""
PER_MESSAGE = 16
"""Tokens around a message, more than any chat template takes."""
FRIEND = 5.0
"""Trust from which a player is answered by a language model while the NPC is sparing."""
TALKS = ("dialogue", "dry run", "trial")

LOCK = """
INSERT INTO budget_months AS m (month, own, spent) VALUES (%(month)s, %(own)s, %(cost)s)
ON CONFLICT (month, own) DO UPDATE SET spent = m.spent + EXCLUDED.spent
RETURNING spent, soft_at, hard_at
"""
HELD = """
WITH over AS (DELETE FROM budget_holds WHERE own = %(own)s AND expires_at <= %(now)s)
SELECT COALESCE(sum(amount), 0) FROM budget_holds WHERE own = %(own)s AND expires_at > %(now)s
"""
HOLD = """
INSERT INTO budget_holds (task, own, amount, expires_at)
VALUES (%(task)s, %(own)s, %(amount)s, %(expires)s)
RETURNING id
"""
FREE = "DELETE FROM budget_holds WHERE id = ANY(%(ids)s)"
MARK = """
UPDATE budget_months SET soft_at = %(soft)s, hard_at = %(hard)s
WHERE month = %(month)s AND own = %(own)s
"""


class Spent(NotAsked):
    """No money is left for this call."""


class Step(IntEnum):
    """The order of degrading; each step keeps what the ones before it took away."""

    OPEN = 0
    CHEAPER = 1
    """NPCs in full mode answer as in normal mode; work in the background asks no model."""
    SPARING = 2
    """Only NPCs in full mode, and players an NPC trusts, are answered by a model."""
    CLOSED = 3
    """No model is asked until the month ends."""


@dataclass(frozen=True)
class Purse:
    """Whose money, and how much of it a month."""

    own: bool
    """The owner's, for the model they brought; else the platform's."""
    cap: Decimal
    soft_percent: int


def purse(server: Server, terms: Terms | None = None) -> Purse:
    """The platform's; with `terms` the owner's. The owner chose one soft stop for both."""
    most = budgets.cap(server) if terms is None else terms.cap
    return Purse(terms is not None, most, server.budget_soft_percent)


@dataclass(frozen=True)
class Permit:
    hold: int | None
    """None: nothing was set aside."""
    mode: Mode


@dataclass(frozen=True, kw_only=True)
class Standing:
    cap: Decimal
    spent: Decimal
    held: Decimal
    step: Step
    soft_at: datetime | None
    hard_at: datetime | None
    forecast: Decimal | None
    """At the month's end, at the present pace; None on its first day."""

    @property
    def share(self) -> float:
        return float(self.spent / self.cap) if self.cap else 1.0


def month_of(now: datetime) -> date:
    return now.astimezone(UTC).date().replace(day=1)


def step_at(used: Decimal, cap: Decimal, soft_percent: int) -> Step:
    """Of what is spent and set aside. Sparing begins half-way between the two stops."""
    if used >= cap:
        return Step.CLOSED
    percent = 100 * used / cap
    if percent >= sparing_percent(soft_percent):
        return Step.SPARING
    return Step.CHEAPER if percent >= soft_percent else Step.OPEN


def sparing_percent(soft_percent: int) -> int:
    return (soft_percent + 100) // 2


def may_ask(step: Step, *, task: str, mode: Mode, trust: float) -> bool:
    match step:
        case Step.OPEN:
            return True
        case Step.CHEAPER:
            return task in TALKS
        case Step.SPARING:
            return task in TALKS and (mode == "full" or trust >= FRIEND)
    return False


def worst(
    messages: Sequence[Message], prices: Iterable[Price], *, task: str, calls: int = 1
) -> Decimal:
    """The most that asking this at all of these prices, so often each, can cost: no tokenizer makes
    more tokens than there are bytes."""
    sent = sum(len(each["content"].encode()) + PER_MESSAGE for each in messages)
    written = task_of(task).max_tokens or settings.DEEPSEEK_MAX_TOKENS
    again = written * (calls - 1)  # what is to be mended is sent back with the question
    costs = (each.of(sent * calls + again, written * calls) for each in prices)
    return sum(costs, Decimal(0))


async def permit(
    amount: Decimal,
    *,
    task: str,
    seconds: float,
    mode: Mode = "normal",
    trust: float = 0.0,
    terms: Terms | None = None,
) -> Permit:
    """Set `amount` aside for a call of at most `seconds`; of the owner's money with `terms`.

    Raises Spent."""
    if not amount:  # what is free needs no budget
        return Permit(None, mode)
    return await run_in_tenant(tenant(), hold, amount, task, seconds, mode, trust, terms)


def hold(
    amount: Decimal,
    task: str,
    seconds: float,
    mode: Mode,
    trust: float,
    terms: Terms | None = None,
) -> Permit:
    """`permit` for synchronous code. Raises Spent."""
    now, money = timezone.now(), purse(tenant(), terms)
    own, cap = {"own": money.own}, money.cap
    with transaction.atomic():
        [(spent, *stops)] = rows(LOCK, {"month": month_of(now), "cost": Decimal(0), **own})
        # A statement of its own: it has to see what those before it in the queue set aside.
        [(held,)] = rows(HELD, {"now": now, **own})
        step = step_at(spent + held, cap, money.soft_percent)
        full = spent + held + amount > cap
        _mark(money, now, spent, stops, over=spent + amount > cap)
        if not full and may_ask(step, task=task, mode=mode, trust=trust):
            expires = now + timedelta(seconds=seconds) + GRACE
            [(pk,)] = rows(HOLD, {"task": task, "amount": amount, "expires": expires, **own})
            return Permit(pk, "normal" if step and mode == "full" else mode)
    raise Spent("the budget of this month has nothing left for this call")


def settle(holds: Iterable[int], cost: Decimal, terms: Terms | None = None) -> None:
    """Calls have ended and cost this much, the owner with `terms`. Call it last in the transaction
    that tells of them: the month's row is locked until it ends."""
    now = timezone.now()
    ids = list(holds)
    if not ids and not cost:
        return
    money = purse(tenant(), terms)
    [(spent, *stops)] = rows(LOCK, {"month": month_of(now), "cost": cost, "own": money.own})
    _mark(money, now, spent, stops, over=spent >= money.cap)
    if ids:
        rows(FREE, {"ids": ids})


def _mark(
    money: Purse,
    now: datetime,
    spent: Decimal,
    before: Sequence[datetime | None],
    *,
    over: bool,
) -> None:
    """Note when a stop was reached, once, and have the owner told; forget it where the budget has
    grown since."""
    soft_at, hard_at = before
    soft = step_at(spent, money.cap, money.soft_percent) > Step.OPEN
    after = ((soft_at or now) if soft or over else None, (hard_at or now) if over else None)
    if after == (soft_at, hard_at):
        return
    month = month_of(now)
    rows(MARK, {"month": month, "own": money.own, "soft": after[0], "hard": after[1]})
    reached = "hard" if after[1] and not hard_at else "soft" if after[0] and not soft_at else ""
    if reached:
        outbox.add(TELL, f"{reached} {month:%Y-%m}{' own' if money.own else ''}")
        live.publish("budget", {"stop": reached, "spent": str(spent), "own": money.own})


def standing(server: Server, now: datetime, terms: Terms | None = None) -> Standing:
    """Of the platform's money; with `terms` of the owner's. Call it inside the server's schema."""
    money = purse(server, terms)
    month = BudgetMonth.objects.filter(month=month_of(now), own=money.own).first()
    spent = month.spent if month else Decimal(0)
    holds = BudgetHold.objects.filter(own=money.own, expires_at__gt=now)
    held = sum(holds.values_list("amount", flat=True), Decimal(0))
    closed = bool(month and month.hard_at)
    return Standing(
        cap=money.cap,
        spent=spent,
        held=held,
        step=Step.CLOSED if closed else step_at(spent + held, money.cap, money.soft_percent),
        soft_at=month.soft_at if month else None,
        hard_at=month.hard_at if month else None,
        forecast=forecast(spent, now),
    )


def forecast(spent: Decimal, now: datetime) -> Decimal | None:
    """What the month will have cost if it goes on as it began."""
    start = datetime.combine(month_of(now), datetime.min.time(), UTC)
    end = (start + timedelta(days=32)).replace(day=1)
    gone = (now - start) / (end - start)
    return spent / Decimal(gone) if now - start >= timedelta(days=1) else None
