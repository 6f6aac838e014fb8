"""`manage.py doctor`: what is wrong with this installation, and what to do about it."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.text import Text

from tenants import diagnosis
from tenants.diagnosis.finding import Finding

SIGNS = {"ok": ("ok", "green"), "warning": ("look", "yellow"), "failing": ("FAIL", "red")}
SUMMARY = {
    "ok": "Nothing is wrong.",
    "warning": "It runs, and something should be looked at.",
    "failing": "Something is wrong.",
}


class Command(BaseCommand):
    help = "Look into everything: exit status 0 if it runs, 1 if something is wrong."
    requires_system_checks = ()  # they are among what it looks into

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        found = diagnosis.examine()
        state = diagnosis.worst(found)
        if options["json"]:
            told = {"status": state, "findings": [vars(each) for each in found]}
            self.stdout.write(json.dumps(told, indent=2))
        else:
            console = Console(file=self.stdout, soft_wrap=True)  # type: ignore[arg-type]
            for finding in found:
                _show(console, finding)
            console.print(SUMMARY[state], style="bold")
        if state == "failing":
            sys.exit(1)


def _show(console: Console, finding: Finding) -> None:
    sign, colour = SIGNS[finding.state]
    line = Text.assemble((f"{sign:>4}", colour), "  ", (f"{finding.check}", "bold"))
    told = [finding.outcome] if finding.state != "ok" else []
    told += [finding.seen] if finding.seen and finding.seen not in told else []
    if told:
        line.append(": " + "; ".join(told))
    console.print(line)
    if finding.advice:
        console.print(Text(f"      {finding.advice}", style="dim"))
