"""What a call of a language model costs: at the prices the operator entered (LLM_PRICE_*), else the
maker's own (`price_list`), else a high one. Only what answers on the operator's own network is free
unless they say otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from django.conf import settings

from aiworld import egress
from inference.price_list import ASSUMED, known, sold_only

MILLION = Decimal(1_000_000)
Source = Literal["listed", "common", "known", "own network", "assumed"]
"""LLM_PRICES; LLM_PRICE_*; the maker's list; nobody sends a bill; nothing is known."""


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


def price(seller: Seller) -> Price:
    """LLM_PRICES' of the longest name the model's begins with, then LLM_PRICE_*, then what is known
    without the operator; each part of it for itself."""
    listed = settings.LLM_PRICES
    fits = [name for name in listed if seller.model.startswith(name)]
    entry = listed[max(fits, key=len)] if fits else {}
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
