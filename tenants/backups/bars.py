"""The progress bar of the backup commands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from tenants.backups.reading import Telling


@contextmanager
def bar(title: str) -> Iterator[Telling]:
    """On stderr, and only where a person looks at it."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=None)

        def tell(part: str, done: int, total: int) -> None:
            label = f"{title} {part}".rstrip()
            progress.update(task, description=label, completed=done, total=total)

        yield tell
