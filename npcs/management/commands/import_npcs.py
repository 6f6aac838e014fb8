"""`manage.py import_npcs`: rAthena's NPC scripts become characters."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from npcs.importing import Imported, import_characters
from npcs.scripts.records import ScriptTree
from npcs.scripts.tree import read_scripts
from tenants.context import in_tenant
from tenants.models import Server

SHOWN_ISSUES = 20


class Command(BaseCommand):
    help = "Read rAthena script files or folders and make their NPCs characters. Runs no script."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--server", required=True, help="name or id of the game server")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, only")
        parser.add_argument("--code-page", help="of all files; default: told from each file")
        parser.add_argument("--issues", type=Path, help="write every issue to this file")
        parser.add_argument("--json", action="store_true", help="print the summary as JSON")

    def handle(self, *args: Any, paths: list[Path], server: str, **options: Any) -> None:
        row = server_named(server)
        missing = [str(path) for path in paths if not path.exists()]
        if missing:
            raise CommandError(f"no such file or folder: {', '.join(missing)}")
        console = Console(stderr=True)
        with bar(console, "reading scripts") as advance:
            tree = read_scripts(
                paths,
                progress=lambda done, total, path: advance(done, total),
                code_page=options["code_page"],
            )
        with bar(console, "importing") as advance, in_tenant(row):
            total = len(tree.characters)
            result = import_characters(
                tree.characters,
                progress=lambda done: advance(done, total),
                dry_run=options["dry_run"],
            )
        if options["issues"]:
            options["issues"].write_text("".join(f"{issue}\n" for issue in tree.issues))
        self._report(tree, result, options)

    def _report(self, tree: ScriptTree, result: Imported, options: dict[str, Any]) -> None:
        facts = summary(tree, result) | {"dry_run": options["dry_run"]}
        if options["json"]:
            self.stdout.write(json.dumps(facts, ensure_ascii=False))
            return
        console = Console(file=cast(IO[str], self.stdout), soft_wrap=True)
        console.print(table("Read", {"files": facts["files"], **facts["headers"]}))
        console.print(table("Left out", facts["left_out"]))
        done = "Would import" if options["dry_run"] else "Imported"
        console.print(
            table(
                done, {name: facts[name] for name in ("created", "updated", "unchanged", "facts")}
            )
        )
        console.print(f"{facts['share_understood']:.2%} of the headers were understood.")
        for issue in tree.issues[:SHOWN_ISSUES]:
            console.print(str(issue), style="yellow", markup=False)
        if len(tree.issues) > SHOWN_ISSUES:
            console.print(
                f"... and {len(tree.issues) - SHOWN_ISSUES} more: --issues FILE lists all"
            )


def server_named(name: str) -> Server:
    try:
        return Server.objects.active().named(name)
    except Server.DoesNotExist:
        names = ", ".join(Server.objects.values_list("name", flat=True)[:10]) or "none yet"
        raise CommandError(f"no active server {name!r}; there are: {names}") from None


def summary(tree: ScriptTree, result: Imported) -> dict[str, Any]:
    return {
        "files": tree.summary.files,
        "headers": dict(tree.summary.understood.most_common())
        | {"not understood": tree.summary.not_understood},
        "share_understood": tree.summary.share_understood,
        "characters": tree.summary.characters,
        "left_out": dict(tree.summary.left_out.most_common()),
        "issues": len(tree.issues),
        "created": result.created,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "facts": result.facts,
        "roles": dict(result.roles.most_common()),
    }


def table(title: str, rows: dict[str, int]) -> Table:
    made = Table(title=title, title_justify="left", show_header=False)
    made.add_column(justify="left")
    made.add_column(justify="right")
    for name, count in rows.items():
        made.add_row(name, f"{count:,}")
    return made


@contextmanager
def bar(console: Console, title: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar; where nobody watches it stays silent."""
    with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
