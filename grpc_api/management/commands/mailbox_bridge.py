"""`manage.py mailbox_bridge`: NPCs of a game server that was not recompiled get their answers."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grpc_api.mailbox.serving import DEFAULT, start


class Command(BaseCommand):
    help = "Answer the mailbox tables of game servers (tier 0), until a signal says stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--config", type=Path, default=DEFAULT, help="default: mailbox.conf")
        parser.add_argument("--check", action="store_true", help="read the configuration, only")

    def handle(self, *args: Any, config: Path, check: bool, **options: Any) -> None:
        if start(config, check=check):
            raise CommandError(f"{config} is not usable")
