"""What a call of a language model costs, at the prices the operator entered (LLM_PRICE_*)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.conf import settings

MILLION = Decimal(1_000_000)


@dataclass(frozen=True, kw_only=True)
class Price:
    """Of a million tokens, in LLM_PRICE_CURRENCY."""

    input: Decimal
    cached: Decimal
    output: Decimal

    def of(self, prompt: int, completion: int, cached: int = 0) -> Decimal:
        """`cached` is the part of `prompt` that the provider still had."""
        fresh = prompt - min(cached, prompt)
        sent = self.input * fresh + self.cached * (prompt - fresh)
        return (sent + self.output * completion) / MILLION


def price(model: str) -> Price:
    """That of the longest listed name the model's begins with, else the common one."""
    listed = settings.LLM_PRICES
    fits = [name for name in listed if model.startswith(name)]
    entry = listed[max(fits, key=len)] if fits else {}
    return _price(
        str(entry.get("input", settings.LLM_PRICE_INPUT)),
        str(entry.get("cached", entry.get("input", settings.LLM_PRICE_CACHED))),
        str(entry.get("output", settings.LLM_PRICE_OUTPUT)),
    )


@lru_cache(maxsize=256)
def _price(sent: str, cached: str, written: str) -> Price:
    return Price(input=Decimal(sent), cached=Decimal(cached), output=Decimal(written))
