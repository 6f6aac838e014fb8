"""Words of players where they stand in a system message: between quotation marks, on one line,
bounded. What they say there is told of, never said by the system."""

from __future__ import annotations

LONGEST = 300
_MARKS = str.maketrans(dict.fromkeys('"\u201c\u201d\u201e\u00ab\u00bb', "'"))


def quoted(text: str) -> str:
    """At most LONGEST characters of it, so that nothing in it can end the quotation."""
    line = " ".join(text.split()).translate(_MARKS)
    return f'"{line[:LONGEST]}"'
