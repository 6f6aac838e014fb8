"""Asking a language model for a server: whose model, the money set aside, the ledger's row. No
other module asks one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from pydantic import BaseModel

from aiworld.breaker import NotAsked
from aiworld.turns import resting
from inference import client
from inference.client import Own
from inference.generation import Bill, Call, Generation, Message
from inference.ledger.models import LLMRequestCache
from inference.prices import Price, Seller, price, price_for_owner, price_of_call
from npcs import budget
from npcs.brief import Mode
from npcs.own_llm import brought, own
from npcs.turns import Receipt
from tenants.context import run_in_tenant, tenant
from tenants.llm import Terms

M = TypeVar("M", bound=BaseModel)
log = logging.getLogger(__name__)

_paying: set[asyncio.Task[None]] = set()


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked, and what was set aside for it. Whoever has one pays its receipt in the end, or
    calls `abandon`."""

    messages: list[Message]
    task: str
    mine: Own | None
    terms: Terms | None
    """What the owner's may cost; None: the platform's is asked."""
    hold: int | None
    mode: Mode
    """What the budget leaves of the NPC's own."""
    prompt_version: str = ""
    bill: Bill = field(default_factory=Bill)

    async def generate(self, *, seconds: float) -> Generation:
        """Raises Unavailable, DeadlineExceeded."""
        with resting():
            return await client.generate(
                self.messages, task=self.task, deadline=seconds, own=self.mine, bill=self.bill
            )

    async def stream(self, *, seconds: float) -> AsyncGenerator[str, None]:
        """As `client.stream`."""
        told = client.stream(
            self.messages, task=self.task, deadline=seconds, own=self.mine, bill=self.bill
        )
        async with aclosing(told):
            while True:
                with resting():
                    part = await anext(told, None)
                if part is None:
                    return
                yield part

    def receipt(self) -> Receipt:
        return Receipt(calls=tuple(self.bill.calls), own=self.terms, hold=self.hold)

    def abandon(self) -> None:
        """There will be no turn: what was asked is paid for all the same, off the caller's way."""
        task = asyncio.create_task(self._pay_alone())
        _paying.add(task)
        task.add_done_callback(_paying.discard)

    async def _pay_alone(self) -> None:
        try:
            await run_in_tenant(tenant(), pay, self.receipt(), task=self.task)
        except Exception:
            log.exception("a call of a language model is missing in the ledger")


async def prepare(
    messages: list[Message],
    *,
    task: str,
    seconds: float,
    mode: Mode = "normal",
    trust: float = 0.0,
    calls: int = 1,
) -> Question:
    """`calls`: how often it may be asked.

    Raises NotAsked: no model is to be asked, or no money is left for it (budget.Spent)."""
    mine, terms = await brought()
    if mine is None and not client.configured():
        raise NotAsked("no LLM is configured")
    amount = budget.worst(messages, prices(task, mine, terms), task=task, calls=calls)
    permit = await budget.permit(
        amount, task=task, seconds=seconds, mode=mode, trust=trust, terms=terms
    )
    return Question(
        messages=messages, task=task, mine=mine, terms=terms, hold=permit.hold, mode=permit.mode
    )


def prices(task: str, mine: Own | None, terms: Terms | None) -> list[Price]:
    """Of all that one question may ask. Raises NotAsked where an owner's would be in dollars and
    their cap is in something else."""
    if mine is None or terms is None:
        return [price(each) for each in client.sellers(task)]
    host, model = client.llm_name(mine)
    seller = Seller(host, client.chosen_model(task, mine) or model)
    found = price_for_owner(seller, terms.input, terms.output)
    if found.foreign:
        raise NotAsked(f"the owner entered no price in {settings.LLM_PRICE_CURRENCY}")
    return [found]


async def possible() -> bool:
    """Whether there is a model to ask here at all, whatever the budget says."""
    try:
        return await own() is not None or client.configured()
    except NotAsked:
        return False


async def generate(messages: list[Message], *, task: str, seconds: float) -> Generation:
    """`client.generate` for what is no talk, within the budget and with its row in the ledger.

    Raises NotAsked, Unavailable."""
    question = await prepare(messages, task=task, seconds=seconds)
    try:
        return await question.generate(seconds=seconds)
    finally:
        question.abandon()


async def decide(
    messages: list[Message],
    *,
    output: type[M],
    task: str,
    seconds: float,
    costs: list[Decimal] | None = None,
) -> M:
    """`client.decide`, just so. What its calls cost is added to `costs`, also when it fails."""
    question = await prepare(messages, task=task, seconds=seconds, calls=2)
    try:
        with resting():
            return await client.decide(
                messages, output=output, task=task, deadline=seconds, own=question.mine,
                bill=question.bill,
            )  # fmt: skip
    finally:
        if costs is not None:
            costs += [cost(call, own=question.terms) for call in question.bill.calls]
        question.abandon()


def pay(receipt: Receipt, *, task: str, prompt_version: str = "") -> None:
    """The ledger of what LLMs were asked and what it cost. Last in a transaction, or alone."""
    rows = [
        LLMRequestCache(
            task=task, prompt_version=prompt_version, own=receipt.own is not None,
            cost=cost(call, own=receipt.own), **_row(call),
        )
        for call in receipt.calls
    ]  # fmt: skip
    spent = sum((row.cost for row in rows), Decimal(0))
    with transaction.atomic():
        LLMRequestCache.objects.bulk_create(rows)
        budget.settle([] if receipt.hold is None else [receipt.hold], spent, receipt.own)


def cost(call: Call, *, own: Terms | None = None) -> Decimal:
    """In LLM_PRICE_CURRENCY; of an owner's model on its terms."""
    if own is None:
        each = price_of_call(call.provider, call.model, call.asked)
    else:  # at the price that money was set aside for, whatever name the one that answered gives
        seller = Seller(call.provider, call.asked or call.model)
        each = price_for_owner(seller, own.input, own.output)
    return each.of(call.prompt_tokens, call.completion_tokens, call.cached_tokens)


def _row(call: Call) -> dict[str, Any]:
    fields = asdict(call)
    del fields["asked"]  # the one that answered is what the ledger names
    return fields


def total(receipt: Receipt | None) -> Decimal:
    if receipt is None:
        return Decimal(0)
    return sum((cost(call, own=receipt.own) for call in receipt.calls), Decimal(0))
