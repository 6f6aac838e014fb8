"""`manage.py export_npcs`: characters become NPC scripts with a hook to the AI."""

from __future__ import annotations

import codecs
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from npcs.exporting import export, save
from npcs.management.commands.import_npcs import server_named
from npcs.models import NpcPersonality
from tenants.context import in_tenant


class Command(BaseCommand):
    help = "Write a script stub for each NPC: header, hook to the AI, its own lines for without."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH", help="a folder, or a file *.zip")
        parser.add_argument("--server", required=True, help="name or id of the game server")
        parser.add_argument("--tier0", action="store_true", help="call AI_Talk of tier 0")
        parser.add_argument("--code-page", help="default: that of the game server")
        parser.add_argument("--map", default="", help="only NPCs of this map")

    def handle(self, *args: Any, path: Path, server: str, **options: Any) -> None:
        row = server_named(server)
        code_page = options["code_page"] or row.code_page
        try:
            codecs.lookup(code_page)
        except LookupError:
            raise CommandError(f"unknown code page {code_page!r}") from None
        with in_tenant(row):
            npcs = NpcPersonality.objects.all()
            if options["map"]:
                npcs = npcs.filter(map_name=options["map"])
            found = export(
                npcs,
                hook="tier0" if options["tier0"] else "client",
                code_page=code_page,
            )
        try:
            save(found, path)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}") from None
        for key, reason in found.left_out:
            self.stderr.write(f"left out {key}: {reason}")
        self.stdout.write(f"{found.written} NPCs in {len(found.files) - 1} files, {path}")
