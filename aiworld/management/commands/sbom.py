"""`manage.py sbom`: what the product is made of, and under which licences."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from aiworld.materials import bill, packages


class Command(BaseCommand):
    help = "Print a CycloneDX 1.6 bill of materials of all pinned packages (JSON)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--licences", action="store_true", help="a list for people instead")

    def handle(self, *args: Any, **options: Any) -> None:
        found = packages()
        if not options["licences"]:
            self.stdout.write(json.dumps(bill(found), indent=2))
            return
        for package in sorted(found, key=lambda each: (each.licence, each.name)):
            self.stdout.write(f"{package.licence:<50} {package.name} {package.version}")
