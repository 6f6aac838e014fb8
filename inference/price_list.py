"""What models cost where their makers sell them, for operators who entered no price.

US dollars for a million tokens, each as its maker charged in the month given, at the dearest hour
of the day. A model that is not here costs ASSUMED: more than nearly every chat model does, so
that a budget holds too early rather than not at all. Docs: docs/how-to/keep-a-budget.md."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

CURRENCY = "USD"
_DATED = re.compile(r"(-\d{4}-?\d{2}-?\d{2}|-\d{4}|-latest)?")
"""What may follow a model's name and leave it the same model."""
_SOLD = re.compile(r"gpt-(?!oss|neo|j)|chatgpt|o[134](-|$)|claude|gemini|grok")
"""Models that nobody can run at home: behind an address of one's own there is a gateway."""


@dataclass(frozen=True)
class Listed:
    host: str
    """Where the maker sells it."""
    model: str
    input: Decimal
    cached: Decimal
    output: Decimal
    month: str


ASSUMED = Listed("", "", Decimal(15), Decimal(15), Decimal(75), "")
LIST = tuple(
    Listed(host, model, Decimal(sent), Decimal(cached), Decimal(written), month)
    for host, model, sent, cached, written, month in (
        ("deepseek.com", "deepseek-chat", "0.30", "0.07", "1.20", "2026-10"),
        ("deepseek.com", "deepseek-flash", "0.30", "0.006", "1.20", "2026-10"),
        ("deepseek.com", "deepseek-v4-flash", "0.30", "0.006", "1.20", "2026-10"),
        ("deepseek.com", "deepseek-v4-pro", "1.32", "0.044", "3.96", "2026-10"),
        ("openai.com", "gpt-4o-mini", "0.15", "0.075", "0.60", "2026-03"),
        ("openai.com", "gpt-4o", "2.50", "1.25", "10", "2026-03"),
        ("openai.com", "gpt-4.1-mini", "0.40", "0.10", "1.60", "2026-03"),
        ("openai.com", "gpt-4.1", "2", "0.50", "8", "2026-03"),
        ("openai.com", "gpt-5.4-mini", "0.75", "0.075", "4.50", "2026-03"),
        ("openai.com", "gpt-5.4", "2.50", "0.25", "15", "2026-03"),
    )
)


def known(model: str, host: str) -> Listed | None:
    """At its maker's only: others ask what they like."""
    for row in LIST:
        same = model.startswith(row.model) and _DATED.fullmatch(model[len(row.model) :])
        if same and f".{host}".endswith(f".{row.host}"):
            return row
    return None


def sold_only(model: str) -> bool:
    """Whether it costs somebody something wherever it is asked."""
    return _SOLD.match(model.rpartition("/")[2].lower()) is not None
