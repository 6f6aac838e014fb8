"""A map drawn as SVG: its picture or its walkable ground, and marks on it.

No style and no script is in it, so it may stand in any page of ours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

STEPS = 64
"""Squares to a side of a small drawing."""
OPEN = 0.35
"""Share of a square's cells that have to be walkable."""
SHAPES = {
    "event": "M{x} {y}m-{r} -{r}h{d}v{d}h-{d}z",
    "mvp": "M{x} {y}m0 -{b}l{b} {b}l-{b} {b}l-{b} -{b}z",
    "level": "M{x} {y}m0 -{b}l{b} {e}h-{f}z",
}
"""Kind of mark -> its outline, so that none is told by its colour alone; any other is a circle."""


@dataclass(frozen=True)
class Mark:
    x: int
    y: int
    """Cell; the game counts from below."""
    kind: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What is drawn on, in cells."""

    width: int
    height: int
    ground: str = ""
    """Path of what can be walked on, see `ground`."""
    picture: str = ""
    """Address of a picture of it."""


def ground(bits: bytes, width: int, height: int, *, steps: int = STEPS) -> str:
    """A path over the walkable cells, of at most `steps` squares to a side. `bits` has one for each
    cell, row by row from below."""
    cells = np.unpackbits(np.frombuffer(bits, np.uint8), count=width * height)
    cells = cells.reshape(height, width)[::-1]
    step = max(-(-max(width, height) // steps), 1)
    padded = np.pad(cells, ((0, -height % step), (0, -width % step)), mode="edge")
    rows, columns = padded.shape[0] // step, padded.shape[1] // step
    share = padded.reshape(rows, step, columns, step).mean(axis=(1, 3))
    return "".join(
        f"M{left * step} {row * step}h{(right - left) * step}v{step}h-{(right - left) * step}z"
        for row, squares in enumerate(share >= OPEN)
        for left, right in _runs(squares)
    )


def _runs(squares: np.ndarray) -> Iterable[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(squares.astype(np.int8), prepend=0, append=0))
    return zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def svg(
    sheet: Sheet, marks: Sequence[Mark], *, said: str = "", name: str, parts: int = 60
) -> SafeString:
    """`name` is its class, `said` what a screen reader says of it (empty: nothing, the page says it
    otherwise), a mark's radius one of `parts` of the longer side. Marks beside the sheet are left
    out."""
    radius = max(sheet.width, sheet.height) / parts
    label = format_html('role="img" aria-label="{}"', said) if said else _HIDDEN
    return format_html(
        '<svg class="{}" viewBox="0 0 {} {}" {}>{}{}{}</svg>',
        name,
        sheet.width,
        sheet.height,
        label,
        _ground(sheet),
        _picture(sheet),
        format_html_join("", "{}", ((_mark(sheet, one, radius),) for one in _on(sheet, marks))),
    )


_HIDDEN = mark_safe('aria-hidden="true"')  # nosec B308, B703: a constant


def _on(sheet: Sheet, marks: Sequence[Mark]) -> Iterable[Mark]:
    for one in marks:
        if 0 <= one.x < sheet.width and 0 <= one.y < sheet.height:
            yield one


def _ground(sheet: Sheet) -> SafeString | str:
    return format_html('<path class="ground" d="{}"/>', sheet.ground) if sheet.ground else ""


def _picture(sheet: Sheet) -> SafeString | str:
    if not sheet.picture:
        return ""
    return format_html(
        '<image href="{}" width="{}" height="{}" preserveAspectRatio="none"/>',
        sheet.picture,
        sheet.width,
        sheet.height,
    )


def _mark(sheet: Sheet, mark: Mark, radius: float) -> SafeString:
    x, y = mark.x, sheet.height - mark.y
    title = format_html("<title>{}</title>", mark.title) if mark.title else ""
    shape = SHAPES.get(mark.kind)
    if shape is None:
        circle = '<circle class="{}" cx="{}" cy="{}" r="{}">{}</circle>'
        return format_html(circle, mark.kind, x, y, f"{radius:.1f}", title)
    big = radius * 1.35
    lengths = {"r": radius, "d": 2 * radius, "b": big, "e": 1.8 * big, "f": 2 * big}
    outline = shape.format(x=x, y=y, **{key: f"{one:.1f}" for key, one in lengths.items()})
    return format_html('<path class="{}" d="{}">{}</path>', mark.kind, outline, title)
