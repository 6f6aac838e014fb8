"""Make a game server: its schema with all tables, its row, its first key.

Migrations take seconds, because Django renders every historical state. A schema made by them once
is dumped and kept as SQL; replaying it takes a fifth of a second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from aiworld.errors import Conflict
from tenants import api_keys, exporting, partitions, plans, roles
from tenants.backend.base import forget_search_path
from tenants.context import in_owner, in_schema
from tenants.models import Server
from tenants.template import PLACEHOLDER, template_sql

Progress = Callable[[str], None]
STEPS = (
    gettext_noop("preparing the schema"),
    gettext_noop("creating tables"),
    gettext_noop("creating partitions"),
    gettext_noop("issuing the key"),
)


@dataclass(frozen=True)
class Provisioned:
    server: Server
    api_key: str
    """Shown once; empty if none was asked for."""


def provision(
    *,
    name: str,
    contact_email: str,
    progress: Progress = lambda step: None,
    with_key: bool = True,
    also: Callable[[Server], None] = lambda server: None,
    **fields: Any,
) -> Provisioned:
    """Create a server with everything it needs, or nothing at all; `also` is done in the same
    transaction.

    Raises Conflict if the name is taken, OverQuota if there is no room and ValidationError if a
    field is wrong."""
    with in_schema():
        plans.check_platform()
        server = Server.fresh(name=name, contact_email=contact_email, **fields)
        if Server.objects.filter(name=name).exists():
            raise Conflict(f"a server named {name!r} exists already", field="name")
        server.full_clean()
        progress("preparing the schema")
        sql = template_sql().replace(PLACEHOLDER, server.schema_name)
        with transaction.atomic():
            with in_owner():
                progress("creating tables")
                with connection.cursor() as cursor:
                    cursor.execute(sql)
                    forget_search_path()  # the SQL moved it
                progress("creating partitions")
                partitions.ensure(server.schema_name, timezone.now().date())
                roles.make(server.schema_name)
            server.save()
            key = _first_key(server, progress) if with_key else ""
            also(server)
    return Provisioned(server, key)


def _first_key(server: Server, progress: Progress) -> str:
    progress("issuing the key")
    return api_keys.issue(server)


def remove(server: Server) -> None:
    """Delete a server with all its data, and its role."""
    with in_schema(), transaction.atomic():
        Server.objects.filter(pk=server.pk).delete()
        with in_owner(), connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {connection.ops.quote_name(server.schema_name)} CASCADE")
            roles.drop(server.schema_name)
    api_keys.forget_all()
    exporting.forget(server)
