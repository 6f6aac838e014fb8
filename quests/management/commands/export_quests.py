"""Write a server's quests as rAthena's files: quest_db entries and scripts."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from quests import script_export
from quests.models import DynamicQuest
from tenants.context import in_schema, in_tenant
from tenants.models import Server


class Command(BaseCommand):
    help = "Write the slots AI quests need, and offered quests, as quest_db entries and scripts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", help="where db/ and npc/ are put, e.g. the map-server's")
        parser.add_argument("--server", required=True, help="server id, or its name")
        parser.add_argument("--quest", type=int, action="append", help="id; none: the slots alone")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with in_schema():
                server = Server.objects.named(options["server"])
        except Server.DoesNotExist as error:
            raise CommandError(f"no server is called {options['server']!r}") from error
        with in_tenant(server):
            asked = DynamicQuest.objects.filter(pk__in=options["quest"] or [])
            rows = list(asked.select_related("npc").order_by("pk")[: script_export.MOST])
            files = {script_export.DB: script_export.database(rows)}
            if rows:
                files[script_export.SCRIPT] = script_export.script(rows)
        for name, text in files.items():
            self._write(Path(options["folder"]) / name, text, server.code_page)

    def _write(self, path: Path, text: str, code_page: str) -> None:
        """Never over a file that is there: it may hold the owner's own records."""
        if path.exists():
            path = path.with_name(f"{path.stem}.aiworld{path.suffix}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode(code_page, "replace"))
        self.stdout.write(str(path))
