"""What stands in an address, as what it means; nonsense is as if nothing stood there."""

from __future__ import annotations

from datetime import date

from django.utils.dateparse import parse_date

LARGEST = 2**63 - 1


def day_of(text: str | None) -> date | None:
    try:
        day = parse_date(text or "")
    except ValueError:  # the 31st of February
        return None
    return day if day and day.year < 9999 else None


def number_of(text: str | None) -> int | None:
    """Of an id: from 1, and not above what a database's id can be."""
    text = text or ""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    return number if 0 < number <= LARGEST else None
