"""What may be embedded. The same limits hold in every backend."""

from __future__ import annotations

from collections.abc import Sequence

from aiworld.errors import Invalid

MAX_TEXTS = 64
"""Texts of one request; clients send more in several requests."""
MAX_LENGTH = 100_000
"""Characters of one text. Only the first 256 tokens count; an empty text is allowed."""


def check(texts: Sequence[object]) -> list[str]:
    """The texts, without lone surrogates (as "?"). Raises Invalid."""
    checked: list[str] = []
    for text in texts:
        if not isinstance(text, str):
            raise Invalid("a text must be a string", field="texts")
        if len(text) > MAX_LENGTH:
            raise Invalid(f"a text has more than {MAX_LENGTH} characters", field="texts")
        checked.append(text.encode("utf-8", "replace").decode("utf-8"))
    return checked
