"""A new game server from the kept template, beside Django's migrations of a new schema."""

from __future__ import annotations

import time
from statistics import median

from django.core.management import call_command
from django.db import connection
from django_tenants.postgresql_backend.base import FakeTenant

from benchmarks import machine, results, screen, world
from tenants.context import in_schema

SCHEMA = "zz_benchmark_migrated"


def main(*, quick: bool = False, save: bool = False) -> None:
    templates, migrations = (3, 1) if quick else (10, 3)
    window = machine.Window(machine.stores())
    with screen.progress("provisioning", steps=templates + migrations + 1) as step, window:
        step("the first server, which makes the template")
        first = provisioned()
        fast = []
        for number in range(templates):
            step(f"from the template, {number + 1} of {templates}")
            fast.append(provisioned())
        slow = []
        for number in range(migrations):
            step(f"by migrations, {number + 1} of {migrations}")
            slow.append(migrated())
    ways = {"by migrations": slow, "from the template": fast, "first of a database": [first]}
    rows: list[results.Row] = [
        {
            "way": name,
            "seconds": round(median(taken), 3),
            "ratio": round(median(slow) / median(taken), 2),
            "runs": len(taken),
        }
        for name, taken in ways.items()
    ]
    result = results.Result(
        name="provisioning",
        baseline="migrate_schemas of a new schema; a ratio is how many times faster",
        rows=rows,
        others=window.others,
        quick=quick,
        notes=["The first server of a database makes the template by migrations and pg_dump."],
    )
    results.publish(result, screen.console, saved=save)


def provisioned() -> float:
    began = time.perf_counter()
    with world.game_server():
        return time.perf_counter() - began


def migrated() -> float:
    with in_schema(), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        began = time.perf_counter()
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
    with in_schema(FakeTenant(schema_name=SCHEMA)):
        call_command("migrate_schemas", schema_name=SCHEMA, interactive=False, verbosity=0)
    seconds = time.perf_counter() - began
    with in_schema(), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
    return seconds
