"""Make a game server: its schema with all tables, its row, its first key.

Migrations take seconds, because Django renders every historical state. A schema made by them once
is dumped and kept as SQL; replaying it takes a fifth of a second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from aiworld.errors import Conflict
from tenants import api_keys, partitions
from tenants.backend.base import forget_search_path
from tenants.context import in_schema
from tenants.models import Server
from tenants.template import PLACEHOLDER, template_sql

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Provisioned:
    server: Server
    api_key: str
    """Shown once."""


def provision(
    *, name: str, contact_email: str, progress: Progress = lambda step: None, **fields: Any
) -> Provisioned:
    """Create a server with everything it needs, or nothing at all.

    Raises Conflict if the name is taken and ValidationError if a field is wrong."""
    with in_schema():
        server = Server.fresh(name=name, contact_email=contact_email, **fields)
        if Server.objects.filter(name=name).exists():
            raise Conflict(f"a server named {name!r} exists already", field="name")
        server.full_clean()
        progress("preparing the schema")
        sql = template_sql().replace(PLACEHOLDER, server.schema_name)
        with transaction.atomic():
            progress("creating tables")
            with connection.cursor() as cursor:
                cursor.execute(sql)
                forget_search_path()  # the SQL moved it
            progress("creating partitions")
            partitions.ensure(server.schema_name, timezone.now().date())
            server.save()
            progress("issuing the key")
            key = api_keys.issue(server)
    return Provisioned(server, key)


def remove(server: Server) -> None:
    """Delete a server with all its data."""
    with in_schema(), transaction.atomic():
        Server.objects.filter(pk=server.pk).delete()
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {connection.ops.quote_name(server.schema_name)} CASCADE")
    api_keys.forget_all()
