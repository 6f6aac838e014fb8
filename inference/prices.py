"""What a call of a language model costs: at the prices the operator entered (LLM_PRICE_*), else the
maker's own (`price_list`), else a high one. Only what answers on the operator's own network is free
unless they say otherwise. Of the model of a server's owner: `price_for_owner`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from django.conf import settings

from aiworld import egress
from inference.price_list import ASSUMED, CURRENCY, known, sold_only

MILLION = Decimal(1_000_000)
Source = Literal["listed", "common", "known", "own network", "assumed", "owner"]
"""LLM_PRICES; LLM_PRICE_*; the maker's list; nobody sends a bill; nothing is known; entered
by whom the model belongs to."""


class Seller(NamedTuple):
    """Who is asked for an answer, and for which model's."""

    host: str
    model: str


@dataclass(frozen=True, kw_only=True)
class Price:
    """Of a million tokens, in LLM_PRICE_CURRENCY."""

    input: Decimal
    cached: Decimal
    output: Decimal
    source: Source
    month: str = ""
    """Of the maker's list."""

    def of(self, prompt: int, completion: int, cached: int = 0) -> Decimal:
        """`cached` is the part of `prompt` that the provider still had."""
        fresh = prompt - min(cached, prompt)
        sent = self.input * fresh + self.cached * (prompt - fresh)
        return (sent + self.output * completion) / MILLION

    @property
    def foreign(self) -> bool:
        """Whether it is in dollars where money is counted in something else."""
        return self.source in ("known", "assumed") and settings.LLM_PRICE_CURRENCY != CURRENCY


def price(seller: Seller) -> Price:
    """LLM_PRICES' of the longest name the model's begins with, then LLM_PRICE_*, then what is known
    without the operator; each part of it for itself."""
    entry = _entry(seller.model)
    return _price(
        seller,
        _written(entry.get("input", settings.LLM_PRICE_INPUT)),
        _written(entry.get("cached", entry.get("input", settings.LLM_PRICE_CACHED))),
        _written(entry.get("output", settings.LLM_PRICE_OUTPUT)),
        bool(entry),
    )


def price_of_call(host: str, model: str, asked: str) -> Price:
    """Of a model that was asked for by another name than the one that answered: by its own where
    that has a price, else by the one that money was set aside for."""
    found = price(Seller(host, model))
    return price(Seller(host, asked)) if found.source == "assumed" and asked else found


def price_for_owner(seller: Seller, sent: Decimal | None, written: Decimal | None) -> Price:
    """Of a model that a server's owner pays for: what they entered, then LLM_PRICES' of that model,
    then what is known without anybody; each part for itself. What the operator gets for nothing is
    no price of another's account: LLM_PRICE_* and zeros in LLM_PRICES do not count."""
    found = _unasked(seller)
    listed = {name: Decimal(str(each)) for name, each in _entry(seller.model).items() if each}
    if listed:
        found = Price(
            input=listed.get("input", found.input),
            cached=listed.get("cached", listed.get("input", found.cached)),
            output=listed.get("output", found.output),
            source="listed" if {"input", "output"} <= listed.keys() else found.source,
        )
    if sent is not None:
        found = replace(found, input=sent, cached=sent)
    if written is not None:
        found = replace(found, output=written)
    return found if sent is None or written is None else replace(found, source="owner", month="")


@lru_cache(maxsize=256)
def _price(
    seller: Seller, sent: str | None, cached: str | None, written: str | None, listed: bool
) -> Price:
    else_ = _unasked(seller)
    entered = listed or sent is not None or written is not None
    return Price(
        input=else_.input if sent is None else Decimal(sent),
        cached=else_.cached if cached is None else Decimal(cached),
        output=else_.output if written is None else Decimal(written),
        source="listed" if listed else "common" if entered else else_.source,
        month="" if entered else else_.month,
    )


def _entry(model: str) -> dict[str, float]:
    listed: dict[str, dict[str, float]] = settings.LLM_PRICES
    fits = [name for name in listed if model.startswith(name)]
    return listed[max(fits, key=len)] if fits else {}


def _unasked(seller: Seller) -> Price:
    """What the operator did not say."""
    source: Source = "known"
    row = known(seller.model, seller.host)
    if row is None and egress.nearby(seller.host) and not sold_only(seller.model):
        nothing = Decimal(0)
        return Price(input=nothing, cached=nothing, output=nothing, source="own network")
    if row is None:
        row, source = ASSUMED, "assumed"
    return Price(
        input=row.input, cached=row.cached, output=row.output, source=source, month=row.month
    )


def _written(amount: float | None) -> str | None:
    return None if amount is None else str(amount)
