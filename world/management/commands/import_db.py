"""`manage.py import_db`: a rAthena server's own databases become rows of a server's schema."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from aiworld.errors import AIWorldError
from tenants.context import in_tenant
from tenants.models import RathenaMode, Server
from world.gamedata.importing import Imported, grave_first, import_found
from world.rathena.reading import Progress as Told
from world.rathena.reading import compiled_mode, read
from world.rathena.records import Found, Mode

SHOWN_ISSUES = 20


class Command(BaseCommand):
    help = "Read the databases of a rAthena server: items, monsters, maps, spawns, skills ..."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH", help="folder of the rAthena server")
        parser.add_argument("--server", required=True, help="name or id of the game server")
        parser.add_argument(
            "--mode",
            choices=["re", "pre-re"],
            help="default: as src/config/renewal.hpp says, else the server's rAthena mode",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would change, only")
        parser.add_argument("--issues", type=Path, help="write every issue to this file")
        parser.add_argument("--json", action="store_true", help="print the summary as JSON")

    def handle(self, *args: Any, path: Path, server: str, **options: Any) -> None:
        row = server_named(server)
        if not path.is_dir():
            raise CommandError(f"no such folder: {path}")
        console, began = Console(stderr=True), time.perf_counter()
        try:
            with bar(console) as told:
                found = read(path, options["mode"] or mode_of(path, row), progress=told)
            seconds = time.perf_counter() - began
            with bar(console) as told, in_tenant(row):
                result = import_found(
                    found, seconds=seconds, dry_run=options["dry_run"], progress=told
                )
        except AIWorldError as error:
            raise CommandError(str(error)) from None
        if options["issues"]:
            options["issues"].write_text("".join(f"{each}\n" for each in found.issues))
        self._report(found, result, options)

    def _report(self, found: Found, result: Imported, options: dict[str, Any]) -> None:
        issues = grave_first(found.issues)
        if options["json"]:
            facts = summary(found, result) | {"dry_run": options["dry_run"]}
            self.stdout.write(json.dumps(facts, ensure_ascii=False))
            return
        console = Console(file=cast(IO[str], self.stdout), soft_wrap=True)
        console.print(table("Would import" if options["dry_run"] else "Imported", result))
        console.print(
            f"{found.mode}, {result.seconds:.1f} s; {found.broken} records left out, "
            f"{len(issues)} warnings"
        )
        for issue in issues[:SHOWN_ISSUES]:
            console.print(str(issue), style="yellow", markup=False)
        if len(issues) > SHOWN_ISSUES:
            console.print(f"... and {len(issues) - SHOWN_ISSUES} more: --issues FILE lists all")


def server_named(name: str) -> Server:
    try:
        return Server.objects.active().named(name)
    except Server.DoesNotExist:
        names = ", ".join(Server.objects.values_list("name", flat=True)[:10]) or "none yet"
        raise CommandError(f"no active server {name!r}; there are: {names}") from None


def mode_of(path: Path, server: Server) -> Mode:
    chosen: Mode = "pre-re" if server.rathena_mode == RathenaMode.PRE_RENEWAL else "re"
    return compiled_mode(path) or chosen


def summary(found: Found, result: Imported) -> dict[str, Any]:
    return {
        "mode": found.mode,
        "tables": {name: asdict(counts) for name, counts in result.tables.items()},
        "left_out": found.broken,
        "warnings": len(found.issues),
        "missing": [str(issue) for issue in found.issues if not issue.line][:SHOWN_ISSUES],
        "seconds": round(result.seconds, 2),
    }


def table(title: str, result: Imported) -> Table:
    made = Table(title=title, title_justify="left")
    for name in ("table", "rows", "added", "changed", "removed"):
        made.add_column(name, justify="left" if name == "table" else "right")
    for name, counts in result.tables.items():
        made.add_row(name, *(f"{number:,}" for number in asdict(counts).values()))
    return made


@contextmanager
def bar(console: Console) -> Iterator[Told]:
    """A progress bar; where nobody watches it stays silent."""
    with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("reading", total=None)
        yield lambda what, done, total: progress.update(
            task, description=what, completed=done, total=total or None
        )
