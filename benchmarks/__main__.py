"""python -m benchmarks [NAME ...] [--quick] [--save]

Needs PostgreSQL, Redis and secrets in the environment: python -m aiworld.devstack run -- ..."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module

import django
from django.core.management import call_command

NAMES = {
    "embedding": "benchmarks.embedding",
    "inference": "benchmarks.serving.measuring",
    "provisioning": "benchmarks.provisioning",
    "import": "benchmarks.importing",
    "recall": "benchmarks.recall",
    "memory": "benchmarks.memory.measuring",
    "dialogue": "benchmarks.dialogue",
    "replay": "benchmarks.replay.measuring",
    "load": "benchmarks.crowd",
    "bulkhead": "benchmarks.bulkhead",
    "pages": "benchmarks.pages",
    "bridge": "benchmarks.bridge",
    "events": "benchmarks.ingesting",
    "agents": "benchmarks.world.running",
    "grants": "benchmarks.world.granting",
    "factions": "benchmarks.world.spreading",
    "week": "benchmarks.world.week",
    "population": "benchmarks.population.measuring",
    "scale": "benchmarks.scale.modelling",
}
GROUPS = {"world": ("events", "agents", "grants", "factions", "week")}
"""Names that stand for several."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="The measurements.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join([*NAMES, *GROUPS]))
    parser.add_argument("--quick", action="store_true", help="smaller and shorter; rougher")
    parser.add_argument("--save", action="store_true", help="write benchmarks/results")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - NAMES.keys() - GROUPS.keys():
        parser.error(f"no such measurement: {', '.join(sorted(unknown))}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aiworld.settings")
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    wanted = [one for name in arguments.names for one in GROUPS.get(name, (name,))]
    for name in wanted or NAMES:
        # By name: they import models, which needs the settings above.
        import_module(NAMES[name]).main(quick=arguments.quick, save=arguments.save)
    return 0


if __name__ == "__main__":
    sys.exit(main())
