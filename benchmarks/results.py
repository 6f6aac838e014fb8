"""What a measurement found: printed, and kept in benchmarks/results."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import machine

FOLDER = Path(__file__).with_name("results")
Row = dict[str, str | int | float]
HEAD = """# Results

Written by `make bench ARGS=--save`. A ratio is to the baseline named above its table, measured in
the same run. Others used part of the machine meanwhile, so processor time per call is the main
figure; throughput and latency depend on who else was at work. `others` is the share of the machine
that others used: above 0.3, a p99 says more about them than about the server.
"""


@dataclass(frozen=True, kw_only=True)
class Result:
    name: str
    baseline: str
    """What the ratios are to."""
    rows: list[Row]
    others: float
    """Share of the machine that others used meanwhile."""
    quick: bool
    notes: list[str] = field(default_factory=list)
    machine: dict[str, object] = field(default_factory=machine.facts)
    date: str = field(default_factory=lambda: f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC")


def show(result: Result, console: Console) -> None:
    table = Table(title=f"{result.name} (ratios to: {result.baseline})", title_justify="left")
    for name in result.rows[0]:
        table.add_column(name, justify="left" if name in ("what", "way") else "right")
    for row in result.rows:
        table.add_row(*map(_written, row.values()))
    console.print(table)
    for note in result.notes:
        console.print(note, markup=False)
    console.print(f"Others used {result.others:.0%} of the machine meanwhile.")


def publish(result: Result, console: Console, *, saved: bool) -> None:
    show(result, console)
    print(line(result), flush=True)
    if saved:
        save(result)


def line(result: Result) -> str:
    return json.dumps({"benchmark": result.name} | asdict(result), ensure_ascii=False)


def save(result: Result) -> None:
    """One JSON file per measurement, and a page with the tables of all of them."""
    FOLDER.mkdir(exist_ok=True)
    text = json.dumps(asdict(result), indent=1, ensure_ascii=False)
    (FOLDER / f"{result.name}.json").write_text(text + "\n")
    kept = [json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))]
    (FOLDER / "README.md").write_text("\n".join([HEAD, *map(_section, kept)]))


def _section(kept: dict[str, Any]) -> str:
    about = kept["machine"]
    columns = list(kept["rows"][0])
    rows = [[_written(row[name]) for name in columns] for row in kept["rows"]]
    return "\n".join(
        [
            f"## {kept['name']}",
            f"{kept['date']}{', quick' if kept['quick'] else ''}; {about['cores']} cores, "
            f"Python {about['python']}, load {about['load_at_start']} at the start, others used "
            f"{kept['others']:.0%} of the machine. Baseline: {kept['baseline']}.",
            "",
            _line(columns),
            _line(["---"] * len(columns)),
            *map(_line, rows),
            "",
            *(f"- {note}" for note in kept["notes"]),
            "",
        ]
    )


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _written(value: str | int | float) -> str:
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 100 else f"{value:.2f}"
    return str(value)
