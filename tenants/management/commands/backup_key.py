"""`manage.py backup_key FILE`: a key for backups."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aiworld.errors import AIWorldError
from tenants.backups import keys


class Command(BaseCommand):
    help = "Make a key that opens backups. Keep a copy where this machine's disk is not."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="is made; nobody else can read it")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            recipient = keys.make(file)
        except (AIWorldError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{file} opens the backups; without it nobody does. Keep a copy elsewhere.\n"
            f"Either   BACKUP_KEY_FILE={file.absolute()}   (backups are made and proven here)\n"
            f"or       BACKUP_RECIPIENTS={recipient}   (made here, opened only where the file is)"
        )
