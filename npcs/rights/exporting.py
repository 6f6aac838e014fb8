"""Handing a player all that is kept of them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from pgvector.django import VectorField

from npcs.models import NpcSnapshot
from npcs.rights.erasing import FORGOTTEN_PARTS
from npcs.rights.holdings import holdings, loose
from npcs.standing import check_id
from tenants import audit
from tenants.context import tenant

FORMAT = "aiworld.player/1"


def export(
    char_id: int, *, by: User | None = None, via: str = "", address: str | None = None
) -> dict[str, Any]:
    """Everything of one character as JSON: rows by table, without vectors, which say nothing the
    words beside them do not. It is in the audit log. Raises Invalid."""
    check_id(char_id)
    with transaction.atomic():
        rows = [one.rows(char_id) for one in holdings()] + loose(char_id)
        tables = {each.model._meta.db_table: _rows(each) for each in rows}
        tables["npc_snapshots"] = _of_snapshots(char_id)
        number = sum(map(len, tables.values()))
        audit.note(tenant(), actor=by, action="player.exported", target=char_id,
                   details={"rows": number, "via": via}, address=address)  # fmt: skip
    return {
        "format": FORMAT,
        "server": tenant().server_id,
        "char_id": char_id,
        "exported_at": timezone.now(),
        "tables": {name: found for name, found in sorted(tables.items()) if found},
    }


def _rows(rows: QuerySet[Any]) -> list[dict[str, Any]]:
    model: type[Model] = rows.model
    fields = [
        field.attname for field in model._meta.concrete_fields if not isinstance(field, VectorField)
    ]
    found = list(rows.order_by("pk").distinct().values(*fields))
    for row in found:
        if isinstance(copy := row.get("row"), dict):  # of a memory, to be brought back
            copy.pop("embedding", None)
    return found


def _of_snapshots(char_id: int) -> list[dict[str, Any]]:
    """What copies of characters hold of the player."""
    found = []
    for part in FORGOTTEN_PARTS:
        holding = NpcSnapshot.objects.filter(**{f"data__{part}__contains": [{"char_id": char_id}]})
        for row in holding:
            kept = [each for each in row.data[part] if each.get("char_id") == char_id]
            found.append({"snapshot_id": row.pk, "part": part, "rows": kept})
    return found
