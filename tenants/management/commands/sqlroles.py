"""`manage.py sqlroles`: what the superuser of your own PostgreSQL runs once, and after upgrades
that say so. `make up` does it by itself on the embedded one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from aiworld.database_roles import preparing_sql


class Command(BaseCommand):
    help = "Print the SQL that makes the database's roles; run it as superuser, in the database."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        conn = connection.settings_dict
        self.stdout.write(preparing_sql(conn["USER"], conn["NAME"]))
