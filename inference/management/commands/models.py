"""manage.py models: the fleet of models from a terminal."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from aiworld.errors import AIWorldError
from aiworld.loops import wait_for
from inference import client, downloading, lineup, predictions, trainers
from inference.overview import facts
from inference.published import rival
from inference.slots import at_rest
from inference.spec import ModelSpec
from inference.training import examining

COLUMNS = ("number", "name", "task", "status", "weights", "metric", "value", "baseline", "device",
           "memory", "licence")  # fmt: skip


class Command(BaseCommand):
    help = "Lists, downloads, trains, loads and unloads models."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        listing = verbs.add_parser("list", help="every model: status, licence, how good it is")
        listing.add_argument("--json", action="store_true")
        fetching = verbs.add_parser("download", help="published weights, at their pinned commits")
        fetching.add_argument("names", nargs="*", metavar="NAME")
        fetching.add_argument("--all", action="store_true")
        fetching.add_argument("--source", default=settings.ML_HUB, help="address or folder")
        examining = verbs.add_parser("examine", help="holds downloaded weights against the shipped")
        examining.add_argument("names", nargs="+", metavar="NAME")
        training = verbs.add_parser("train", help="trains a model and measures it")
        training.add_argument("name", choices=sorted(trainers.TRAINERS))
        training.add_argument("--server", default="", help="id of the server whose events count")
        for verb in ("load", "unload"):
            changing = verbs.add_parser(verb, help=f"{verb}s a model of the inference process")
            changing.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['verb']}")(options)
        except (AIWorldError, OSError) as error:
            raise CommandError(str(error)) from error

    def _list(self, options: dict[str, Any]) -> None:
        rows = overview()
        if options["json"]:
            self.stdout.write(json.dumps(rows, indent=1, ensure_ascii=False))
            return
        table = Table(*COLUMNS)
        for row in rows:
            table.add_row(*(_cell(row[name]) for name in COLUMNS))
        console = Console(width=160)
        with console.capture() as told:
            console.print(table)
        self.stdout.write(told.get())

    def _download(self, options: dict[str, Any]) -> None:
        rows = lineup.catalogued(visual=True)
        known = {spec.key: spec for spec in rows if spec.hub or spec.published}
        names = list(known) if options["all"] else options["names"]
        others = [name for name in names if name not in known]
        if others or not names:
            told = [*map(_why_not, others), f"Name some of {', '.join(known)}, or say --all."]
            raise CommandError(" ".join(told))
        failed = [name for name in names if not self._fetched(known[name], options["source"])]
        if failed:
            raise CommandError(f"Not downloaded: {', '.join(failed)}.")

    def _examine(self, options: dict[str, Any]) -> None:
        rows = {spec.key: spec for spec in lineup.catalogued(visual=True)}
        if others := [name for name in options["names"] if name not in rows]:
            raise CommandError(" ".join(map(_why_not, others)))
        for name in options["names"]:
            self._examined(rows[name])

    def _examined(self, spec: ModelSpec) -> None:
        """Says whether the published weights answer from now on."""
        with Progress(console=Console(stderr=True), transient=True) as bar:
            at = bar.add_task(f"{spec.key}: reading our lines", total=None)

            def show(have: int, total: int) -> None:
                bar.update(at, completed=have, total=total)

            card = examining.examine(spec, lineup.folders(), show)
        answers = (
            "they answer once the inference process is started anew"
            if card.beats
            else ("what is shipped goes on answering")
        )
        self.stdout.write(
            f"{spec.key}: {card.metric} of the published weights {card.value:.3f}, of the shipped "
            f"ones {card.baseline:.3f}, on {card.measured_on}: {answers}"
        )

    def _fetched(self, row: ModelSpec, source: str) -> bool:
        """What cannot be had is told; the others are fetched all the same. Weights beside shipped
        ones are examined at once."""
        spec = rival(row) if row.published else row
        with Progress(console=Console(stderr=True), transient=True) as bar:
            at = bar.add_task(spec.key, total=None)

            def show(name: str, have: int, size: int) -> None:
                bar.update(at, description=f"{spec.key}/{name}", completed=have, total=size)

            try:
                folder = downloading.download(spec, settings.ML_MODEL_PATH, source, show)
            except (AIWorldError, OSError) as error:
                self.stderr.write(f"{spec.key}: {error}")
                return False
        self.stdout.write(f"{spec.key}: {folder}")
        if row.published:
            self._examined(row)
        return True

    def _train(self, options: dict[str, Any]) -> None:
        card = trainers.train(options["name"], server=options["server"])
        adapters = {spec.key: spec.adapter for spec in lineup.models(visual=True)}
        verdict = "it is served" if card.beats else "it is not served"
        if card.beats and adapters.get(options["name"]) == "untrained":
            verdict = "it is better, and nothing here serves it yet"
        self.stdout.write(
            f"{options['name']}: {card.metric} {card.value:.3f}, {card.baseline_name} "
            f"{card.baseline:.3f}: {verdict}"
        )

    def _load(self, options: dict[str, Any]) -> None:
        predictions.load(options["name"])

    def _unload(self, options: dict[str, Any]) -> None:
        predictions.unload(options["name"])


def _why_not(name: str) -> str:
    """Why a model is not downloaded."""
    spec = next((spec for spec in lineup.models(visual=True) if spec.key == name), None)
    if spec is None:
        return f"There is no model {name!r}."
    if spec.weights.nowhere:
        return f"There are no weights of {name}."
    return f"{name} is served with what comes with AI World."


def overview() -> list[dict[str, Any]]:
    """What the inference process says; without one, what lies on this machine."""
    folders = lineup.folders()
    try:
        running = wait_for(client.models())
    except AIWorldError:
        running = {}
    return [
        _row(spec.key, {**facts(spec, folders), "state": at_rest(spec, folders), "memory": 0,
                        **running.get(spec.key, {})})
        for spec in lineup.models(visual=True)
    ]  # fmt: skip


def _row(key: str, about: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: value for name, value in about.items() if name != "state"}
    return {"name": key, "status": about["state"], **known}


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    return "" if value is None else str(value)
