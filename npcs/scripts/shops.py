"""What a shop line sells, and for what."""

from __future__ import annotations

import re

from npcs.scripts.headers import Header
from npcs.scripts.records import Shop, ShopItem

ITEM = re.compile(r"\s*(\d{1,9})\s*:\s*(-?\d{1,11})(?:\s*:\s*(-?\d{1,9}))?(\s*\Z)?")
COST = re.compile(r"\s*([^,:\s]{1,32})(?::(-?\d+))?\s*\Z")
CURRENCY = {"shop": "zeny", "marketshop": "zeny", "cashshop": "cash"}


def parse_shop(header: Header) -> tuple[Shop, tuple[str, ...]]:
    """The shop, and the entries that could not be read (as written)."""
    entries = header.rest.partition("//")[0].split(",")[1:]
    currency = CURRENCY.get(header.word, "")
    if not currency and entries:
        currency = _cost(header.word, entries.pop(0))
    elif entries and entries[0].strip().lower() in ("yes", "no"):
        entries.pop(0)
    items: list[ShopItem] = []
    wrong: list[str] = []
    for entry in entries:
        match = ITEM.match(entry)
        if match is None or match[4] is None:
            wrong.append(entry.strip())
        if match is not None:
            items.append(_item(match))
    return Shop(kind=header.word, currency=currency, items=tuple(items)), tuple(wrong)


def _cost(word: str, entry: str) -> str:
    match = COST.match(entry)
    cost = match[1] if match else entry.strip()
    return f"item:{cost}" if word == "itemshop" else f"variable:{cost}"


def _item(match: re.Match[str]) -> ShopItem:
    price = int(match[2])
    stock = int(match[3]) if match[3] else -1
    return ShopItem(
        item=int(match[1]), price=None if price < 0 else price, stock=None if stock < 0 else stock
    )
