"""`manage.py memory_eval`: how much of the evidence the product's retrieval finds."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from aiworld.errors import AIWorldError
from inference import client
from npcs.evaluation import Embed, File, evaluate
from npcs.management.commands.import_npcs import bar

SHOWN = ("questions", "recall_at_5", "recall_at_10", "abstained_answerable",
         "abstained_unanswerable")  # fmt: skip


class Command(BaseCommand):
    help = (
        "Ask the questions of a file of histories with the retrieval that characters use, without "
        "a language model. docs/reference/memory.md has the format."
    )
    # Needs neither database nor cache: what is asked is in the file.
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")
        parser.add_argument(
            "--encoder",
            choices=("auto", "off"),
            default="auto",
            help="off: by words alone. auto: the inference process, or the model in this process, "
            "or words alone where there is no model",
        )

    def handle(self, *args: Any, file: Path, encoder: str, **options: Any) -> None:
        read = read_file(file)
        embed = None if encoder == "off" else self._encoder()
        if embed is None:
            self.stderr.write("The encoder is away: words alone decide.")
        with bar(Console(stderr=True), "asking") as advance:
            done = [0]

            def progress(number: int) -> None:
                done[0] += number
                advance(done[0], len(read.histories))

            figures = evaluate(read, embed, progress)
        figures["encoder"] = "away" if embed is None else "used"
        if options["json"]:
            self.stdout.write(json.dumps(figures, ensure_ascii=False))
        else:
            self._show(figures)

    def _encoder(self) -> Embed | None:
        """The first that answers."""
        for embed in (client.embed_now, client.embed_here):
            try:
                embed(["Is anybody there?"])
            except AIWorldError:
                continue
            return cast(Embed, embed)
        return None

    def _show(self, figures: Mapping[str, Any]) -> None:
        table = Table("kind", *SHOWN)
        for kind, row in (*figures["by_kind"].items(), ("all", figures)):
            table.add_row(kind, *(_written(row[name]) for name in SHOWN))
        console = Console(file=cast(IO[str], self.stdout), soft_wrap=True)
        console.print(table)
        console.print(f"{figures['ms_per_query']} ms per query; encoder {figures['encoder']}.")


def read_file(path: Path) -> File:
    try:
        return File.model_validate_json(path.read_bytes())
    except OSError as error:
        raise CommandError(f"cannot read {path}: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise CommandError(f"{path}: {where or 'the file'}: {first['msg']}") from error


def _written(value: object) -> str:
    return "-" if value is None else str(value)
