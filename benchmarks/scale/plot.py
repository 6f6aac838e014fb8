"""Bars as SVG."""

from __future__ import annotations

from html import escape
from math import log10

LEFT, WIDE, STEP = 220, 380, 30


def bars(values: dict[str, int], title: str) -> str:
    """One bar for a value, on a logarithmic scale from 1."""
    most = max(map(log10, (max(10, value) for value in values.values())))
    height = 40 + STEP * len(values)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 {height}" '
        'font-family="sans-serif" font-size="13">',
        f'<rect width="700" height="{height}" fill="#fff"/>',
        f'<text x="10" y="22">{escape(title)} (logarithmic)</text>',
    ]
    for place, (name, value) in enumerate(values.items()):
        top = 36 + STEP * place
        length = WIDE * log10(max(1, value)) / most
        lines += [
            f'<text x="{LEFT - 8}" y="{top + 15}" text-anchor="end">{escape(name)}</text>',
            f'<rect x="{LEFT}" y="{top}" width="{length:.0f}" height="20" fill="#3b6ea5"/>',
            f'<text x="{LEFT + length + 6:.0f}" y="{top + 15}">{value:,}</text>',
        ]
    return "\n".join([*lines, "</svg>", ""])
