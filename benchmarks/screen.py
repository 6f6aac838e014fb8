"""What a measurement shows while it works. Nothing is drawn inside a measurement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

WIDE = 150
console = Console(stderr=True)
if not console.is_terminal:
    console = Console(stderr=True, width=WIDE)
Step = Callable[[str], None]


@contextmanager
def progress(title: str, *, steps: int) -> Iterator[Step]:
    """Call the yielded function with what comes next, `steps` times. Without a terminal each step
    is a line."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TimeElapsedColumn())  # fmt: skip
    with Progress(*columns, console=console, auto_refresh=False, transient=True) as bar:
        task = bar.add_task(title, total=steps, completed=-1)

        def step(doing: str) -> None:
            bar.update(task, advance=1, description=f"{title}: {doing}", refresh=True)
            if not console.is_terminal:
                console.print(f"{title}: {doing}", markup=False, highlight=False)

        yield step
