"""The table of `make faults`: on the screen, and in docs/reliability.md."""

from __future__ import annotations

from datetime import UTC, datetime

from aiworld.settings.env import BASE_DIR
from tests.faults.measuring import Row

PAGE = BASE_DIR / "docs" / "reliability.md"
BEGIN, END = "<!-- measured: make faults -->", "<!-- end of what was measured -->"
HEAD = (
    "row", "fault", "lost: turns, memories, grants", "foreign rows", "p99 before, ms",
    "p99 during, ms", "failed calls", "back after, s",
)  # fmt: skip
ROWS: list[Row] = []
"""Those of this run."""


def table(rows: list[Row]) -> list[str]:
    """Markdown, which reads well on a screen too."""
    lines = [_line(HEAD), _line(["---"] * len(HEAD))]
    return lines + [_line(_cells(row)) for row in sorted(rows, key=lambda row: row.ident)]


def write(rows: list[Row]) -> None:
    text = PAGE.read_text()
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    today = datetime.now(UTC).strftime("%Y-%m-%d")
    missed = [f"- {row.ident}: {row.missed}" for row in rows if row.missed]
    parts = [BEGIN, f"Measured on {today}.", "", *table(rows)]
    parts += ["", "Not met:", "", *missed] if missed else []
    PAGE.write_text(before + "\n".join([*parts, END]) + after)


def _cells(row: Row) -> list[str]:
    lost = ", ".join(str(row.lost.get(kind, 0)) for kind in ("turns", "memories", "grants"))
    return [
        row.ident,
        row.fault,
        f"{lost} of {row.acknowledged}",
        str(row.foreign),
        _rounded(row.p99_before, 0),
        _rounded(row.p99_during, 0),
        str(row.failed),
        _rounded(row.recovered, 1),
    ]


def _rounded(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _line(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
