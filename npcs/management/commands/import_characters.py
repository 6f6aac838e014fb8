"""`manage.py import_characters`: character cards, bundles, tables and packs become characters."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aiworld.errors import AIWorldError
from npcs import examples
from npcs.exchange import files
from npcs.exchange.applying import apply, share_pack
from npcs.exchange.differences import differences
from npcs.management.commands.import_npcs import server_named
from tenants.context import in_tenant


class Command(BaseCommand):
    help = "Read character cards, bundles, knowledge packs and tables; or the examples we ship."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path, metavar="FILE")
        parser.add_argument("--server", required=True, help="name or id of the game server")
        parser.add_argument("--examples", action="store_true", help="those of samples/characters")
        parser.add_argument("--key", default="", help="NPC a card is for: map/unique name")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, only")
        for rule in ("map", "role", "group", "faction"):
            parser.add_argument(f"--{rule}", default="", help=f"for a pack: with this {rule}")

    def handle(self, *args: Any, paths: list[Path], server: str, **options: Any) -> None:
        if not paths and not options["examples"]:
            raise CommandError("name a file, or --examples")
        with in_tenant(server_named(server)):
            try:
                if options["examples"] and not options["dry_run"]:
                    self.stdout.write(f"examples: {examples.add_missing()} new")
                for path in paths:
                    self._take(path, options)
            except (AIWorldError, OSError) as error:
                raise CommandError(str(error)) from None

    def _take(self, path: Path, options: dict[str, Any]) -> None:
        found = files.read(path.read_bytes(), key=options["key"])
        if isinstance(found, files.Pack):
            self._share(path, found, options)
            return
        changed = differences(found) if options["dry_run"] else apply(found, seen={})
        for one in changed:
            words = "new" if one.is_new else "same" if one.is_empty else "changed"
            self.stdout.write(f"{path.name}: {one.key} {words}, {len(one.added)} new facts")

    def _share(self, path: Path, pack: files.Pack, options: dict[str, Any]) -> None:
        rules = {name: options[name] for name in ("role", "group", "faction")}
        if options["dry_run"]:
            self.stdout.write(f"{path.name}: pack {pack.name}, {len(pack.facts)} facts")
            return
        number = share_pack(
            pack.name, pack.facts, attribution=pack.attribution, map_name=options["map"], **rules
        )
        self.stdout.write(f"{path.name}: pack {pack.name} is shared by {number} NPCs")
