"""`manage.py migrate_schemas`, and `migrate`, which is the same: run as the owner of the tables;
every server's role and rights are made afterwards."""

from __future__ import annotations

import contextlib
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django_tenants.management.commands.migrate_schemas import MigrateSchemasCommand

from tenants import roles
from tenants.context import in_owner
from tenants.current import PUBLIC


class Command(MigrateSchemasCommand):  # type: ignore[misc]
    help = "Bring the tables of `public` and of every server to the present state of the code."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DB_TRANSACTION_POOLING:
            raise CommandError("migrations need PostgreSQL itself: not through a pooler")
        with in_owner(), contextlib.ExitStack() as after:
            if not (options["plan"] or options["check_unapplied"]):
                roles.hide_people(_concerned(options["schema_name"]))
                after.callback(_grant, options["schema_name"])
            super().handle(*args, **options)


def _concerned(schema: str | None) -> list[str]:
    """Servers' schemas among those that are migrated; the template's is none."""
    return [one for one in roles.schemas() if schema in (None, one)]


def _grant(schema: str | None) -> None:
    with in_owner(PUBLIC):
        if schema in (None, "public"):
            roles.share()
        for one in _concerned(schema):
            roles.make(one)
