"""`manage.py verify_backup`: restore it somewhere else, and compare."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aiworld.errors import AIWorldError
from tenants.backups import keys, proving, store
from tenants.backups.bars import bar


class Command(BaseCommand):
    help = (
        "Prove a backup: restore it into a PostgreSQL that is thrown away, and compare all of it."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", default="latest", help="a name, a path, or latest")
        parser.add_argument("--key", type=Path, help="the key file (default: BACKUP_KEY_FILE)")

    def handle(self, *args: Any, name: str, key: Path | None, **options: Any) -> None:
        try:
            backup, identities = store.find(name), keys.identities(key)
            with bar("restoring") as tell:
                proof = proving.prove(backup, identities, tell=tell)
        except (AIWorldError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{backup.name} was restored in {proof.seconds:.1f} s: {proof.servers} servers, "
            f"{proof.tables} tables, {proof.rows} rows, all as they were dumped"
        )
