"""`manage.py restore`: put a backup back."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError

from aiworld.errors import AIWorldError
from tenants.backups import keys, reading, restoring, store
from tenants.backups.bars import bar
from tenants.backups.reading import Opened
from tenants.backups.restoring import Restored

SECRETS = (
    "Keys and sealed secrets need the same API_KEY_SALT and SECRET_KEY as then: "
    "manage.py restore NAME --secrets"
)


class Command(BaseCommand):
    help = "Restore all servers into an empty database, or one server while the others go on."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="a name, a path, or latest")
        parser.add_argument("--server", default="", metavar="ID", help="only this one")
        parser.add_argument("--key", type=Path, help="the key file (default: BACKUP_KEY_FILE)")
        parser.add_argument(
            "--replace", action="store_true", help="first delete everything the database has"
        )
        parser.add_argument("--secrets", action="store_true", help="print its settings, and end")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            whole = reading.opened(store.find(options["name"]), keys.identities(options["key"]))
            if options["secrets"]:
                for name, value in whole.manifest.settings.items():
                    self.stdout.write(f"{name}={value}")
                return
            done = self._restored(whole, options["server"], options["replace"])
        except (AIWorldError, OSError, psycopg.Error) as error:
            raise CommandError(str(error).strip()) from error
        self._tell(whole, done)
        if whole.manifest.settings and not options["server"]:
            self.stdout.write(SECRETS)

    def _restored(self, whole: Opened, server: str, replace: bool) -> Restored:
        with bar("restoring") as tell:
            if server:
                return restoring.restore_server(whole, server, tell=tell)
            return restoring.restore_all(whole, replace=replace, tell=tell)

    def _tell(self, whole: Opened, done: Restored) -> None:
        at = f"{whole.manifest.made_at:%Y-%m-%d %H:%M:%S} UTC"
        self.stdout.write(f"{done.servers} servers, {done.rows} rows, as of {at}")
        if done.erased_again:
            self.stdout.write(f"{done.erased_again} players erased since then were erased again")
        if done.taken_out:
            self.stdout.write(f"{done.taken_out} references to deleted accounts were taken out")
        if done.api_key:
            self.stdout.write(f"its new API key, shown once: {done.api_key}")
