"""`manage.py backup`: all servers or one, sealed."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.filesize import decimal
from rich.table import Table

from aiworld.errors import AIWorldError
from tenants.backups import making, retention, store
from tenants.backups.bars import bar


class Command(BaseCommand):
    help = "Back up all servers, or one, into BACKUP_DIR, sealed for BACKUP_RECIPIENTS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--server", default="", metavar="ID", help="only this one")
        parser.add_argument("--list", action="store_true", help="show what there is, and end")
        parser.add_argument(
            "--clear", action="store_true", help="then delete what is past its time"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["list"]:
                self._list()
                return
            with bar("dumping") as tell:
                made = making.make(options["server"], tell=tell)
            gone = retention.clear() if options["clear"] else []
        except (AIWorldError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{made.path}: {decimal(made.about['bytes'])}")
        self.stdout.write("It is proven once it was restored: manage.py verify_backup latest")
        for name in gone:
            self.stdout.write(f"deleted {name}")

    def _list(self) -> None:
        table = Table("name", "made", "of", "size", "version", "proven")
        for each in store.listed():
            table.add_row(
                each.name,
                f"{each.made_at:%Y-%m-%d %H:%M} UTC",
                each.about.get("server_id") or "all servers",
                decimal(each.about.get("bytes", 0)),
                str(each.about.get("version", "")),
                f"{each.proven_at:%Y-%m-%d %H:%M}" if each.proven_at else "no",
            )
        console = Console(width=160)
        with console.capture() as told:
            console.print(table)
        self.stdout.write(told.get())
