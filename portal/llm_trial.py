"""One live question to a server's own language model, and what came of it in words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aiworld.errors import DeadlineExceeded, Unavailable
from inference import client
from inference.client import Bill, Message, Own
from npcs import asking, budget
from npcs.budget import Spent
from npcs.own_llm import own_of
from npcs.turns import Receipt
from tenants import llm, quotas
from tenants.context import in_tenant
from tenants.models import Server, ServerLLM

SECONDS = 10.0
"""More than a dialogue has, so that a slow model shows how slow it is."""
A_MINUTE = 6
SHOWN = 200
QUESTION: list[Message] = [
    {"role": "system", "content": "You are a blacksmith in a small town. Answer in one sentence."},
    {"role": "user", "content": "Good morning! What do you sell?"},
]
_STATUS = re.compile(r"HTTP status (\d{3})")
HINTS: dict[str, Promise] = {
    "401": _("The provider does not know this key. Copy it again, whole."),
    "402": _("The provider wants to be paid: the account has no credit."),
    "403": _("The provider does not allow this key to do that."),
    "404": _("Address or model are not known there. Compare both with the provider's pages."),
    "429": _("The provider has had too many requests from this account. Try again later."),
}
SLOW: Promise = _("It did not answer in time. Players would hear the built-in composer instead.")
SPENT: Promise = _("What it may cost this month has nothing left for another question.")
OTHER: Promise = _("It could not be asked. Compare the address with the provider's pages.")


@dataclass(frozen=True)
class Trial:
    model: str = ""
    answer: str = ""
    milliseconds: int = 0
    tokens: int = 0
    hint: Promise | str = ""
    said: str = ""
    """By the technology, in English."""


def trials(server: Server, row: ServerLLM) -> list[Trial]:
    """One for each model that is named. Waits SECONDS for each at most. Costs the owner what it
    costs, within their cap.

    Raises OverQuota, and Unavailable if the key cannot be opened."""
    quotas.take_for(f"llm trial {server.server_id}", limit=A_MINUTE, per_seconds=quotas.MINUTE)
    found = llm.opened(row)
    own = own_of(server, found)
    with in_tenant(server):
        return [_tried(replace(own, model=each), found.terms) for each in models_of(row)]


def models_of(row: ServerLLM) -> list[str]:
    """Each once, the one of dialogues first."""
    return list(dict.fromkeys([row.model, *row.task_models.values()]))


def _tried(own: Own, terms: llm.Terms) -> Trial:
    try:
        made = _asked(own, terms)
    except Unavailable as error:
        return Trial(model=own.model, hint=_hint(error), said=error.message)
    return Trial(
        model=own.model,
        answer=made.text[:SHOWN],
        milliseconds=int(made.seconds * 1000),
        tokens=made.prompt_tokens + made.completion_tokens,
    )


def _asked(own: Own, terms: llm.Terms) -> client.Generation:
    bill, hold = Bill(), None
    amount = budget.worst(QUESTION, asking.prices("trial", own, terms), task="trial")
    if amount:
        hold = budget.hold(amount, "trial", SECONDS, "full", 0.0, terms).hold
    try:
        return client.try_now(own, QUESTION, deadline=SECONDS, bill=bill)
    finally:
        asking.pay(Receipt(calls=tuple(bill.calls), own=terms, hold=hold), task="trial")


def host_of(row: ServerLLM) -> str:
    return urlsplit(row.base_url).netloc


def _hint(error: Unavailable) -> Promise:
    if isinstance(error, Spent):
        return SPENT
    if isinstance(error, DeadlineExceeded):
        return SLOW
    status = _STATUS.search(error.message)
    return HINTS.get(status[1], OTHER) if status else OTHER
