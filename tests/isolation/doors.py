"""Every way in, read from the URLconfs, the protos, the task registry and the websocket routes, so
that a new one is attacked too, or fails the suite."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

from django.db import connection, models
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from tenants.context import in_owner, in_schema, in_tenant
from tests.conftest import make_facts, make_npc
from tests.web.rows import fill

CANARY = "zzcanary"
FAR = 700_000
"""Ids of the attacked server begin here, so that the attacker has none of them."""
PLACEHOLDER = re.compile(r"<(?:(\w+):)?(\w+)>")


def routes(urlconf: str, *, below: str = "") -> Iterator[str]:
    """Every route of a URLconf, as it was written."""
    yield from _routes(get_resolver(urlconf).url_patterns, below)


def _routes(patterns, prefix: str) -> Iterator[str]:
    for one in patterns:
        route = prefix + _written(one.pattern)
        if isinstance(one, URLResolver):
            yield from _routes(one.url_patterns, route)
        elif isinstance(one, URLPattern):
            yield route


def _written(pattern) -> str:
    if isinstance(pattern, RoutePattern):
        return pattern._route
    return pattern._regex.removeprefix("^").removesuffix("$").removesuffix("\\Z")


def with_canaries(server):
    """One row in every table of a server, the canary in every text. Rows by model label."""
    with in_tenant(server):
        _far_away()
        npc = make_npc("geffen/Torvald#2")
        make_facts(npc, "A fact.")
        rows = fill(npc)
        for model, row in rows.items():
            model._base_manager.filter(pk=row.pk).update(**_canaries(model, row))
        return {model._meta.label_lower: row for model, row in rows.items()}


def _far_away() -> None:
    with in_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema()")
        for (name,) in cursor.fetchall():
            cursor.execute(f"SELECT setval('{name}', {FAR})")


def _canaries(model: type[models.Model], row: models.Model) -> dict[str, str]:
    found = {}
    for field in model._meta.concrete_fields:
        if field.name == "scope_key" or field.primary_key:  # has to fit the scope, or other rows
            continue
        if isinstance(field, models.CharField | models.TextField) and not field.choices:
            value = f"{CANARY}/{row.pk}" if field.name == "key" else f"{CANARY}-{row.pk}"
            if field.max_length is None or len(value) <= field.max_length:
                found[field.name] = value
    return found


def checksum(server) -> dict[str, str]:
    """Of every table of a server: what changes when anybody writes there. What the server's own
    sign-ins and clocks move is left out."""
    sums = {}
    with in_owner(server), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t")
            sums[table] = cursor.fetchone()[0]
    return sums


def public_rows(server) -> dict[str, list]:
    """What `public` holds about a server."""
    found = {}
    with in_schema(), connection.cursor() as cursor:
        for table in ("api_keys", "memberships", "invitations", "jobs", "server_llms"):
            cursor.execute(
                f"SELECT t::text FROM {table} t WHERE server_id = %s ORDER BY 1", [server.pk]
            )
            found[table] = cursor.fetchall()
        cursor.execute("SELECT status, name FROM registered_servers WHERE id = %s", [server.pk])
        found["registered_servers"] = cursor.fetchall()
    return found


def filled(route: str, values) -> str:
    """A route with its placeholders filled in by `values(name, route)`."""
    return PLACEHOLDER.sub(lambda match: str(values(match[2], route)), route)


def values_for(rows):
    """Ids of the attacked server for whatever a route asks."""

    def value(name: str, route: str):
        if name in ("object_id", "pk", "id", "char_id"):
            row = rows.get(_model(route))
            return row.pk if row else FAR + 1
        if name == "npc":
            return rows["npcs.npcpersonality"].pk
        if name in ("conversation_id", "conversation"):
            return rows["npcs.conversation"].pk
        if name == "turn_id":
            return rows["npcs.conversationturn"].pk
        if name in ("version_id", "history_id", "snapshot_id", "content_type_id"):
            return FAR + 1
        if name in ("url", "map_name", "field", "kind", "app_label", "name"):
            return "npcs"
        if name == "key":
            return rows["agents.agentsetting"].agent
        if name in ("job_id", "batch"):
            return uuid.UUID(int=1)
        raise AssertionError(f"{route}: tell this test what {name!r} is")

    return value


def _model(route: str) -> str:
    parts = route.split("/")
    return ".".join(parts[1:3]) if parts[0] == "admin" and len(parts) > 2 else ""
