"""Staff let NPCs forget: chosen memories, or many at once; and can take it back for a week."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F, Max, QuerySet
from django.utils import timezone

from aiworld.errors import Conflict, Invalid, NotFound
from npcs.models import MemoryUndo, NpcMemory

KEPT = timedelta(days=7)
MOST = 20_000
"""Memories that one pruning takes."""
TABLE = NpcMemory._meta.db_table
LATER = {"context": "", "drawn_from": [], "scope": "private", "scope_key": "", "sensitivity": 0}
"""Columns that rows lack which were noted before there were such; can go a week after them."""
COLUMNS = [field.column or field.name for field in NpcMemory._meta.concrete_fields]


@dataclass(frozen=True, kw_only=True)
class Which:
    """Memories that fit all that is said. At least one thing has to be said."""

    npc_id: int | None = None
    map_name: str = ""
    char_id: int | None = None
    kind: str = ""
    before: datetime | None = None
    below: float | None = None
    """Importance under this; 10 never fades."""

    def rows(self) -> QuerySet[NpcMemory]:
        said = {
            "npc_id": self.npc_id,
            "npc__map_name": self.map_name or None,
            "char_id": self.char_id,
            "kind": self.kind or None,
            "happened_at__lt": self.before,
            "importance__lt": self.below,
        }
        wanted = {name: value for name, value in said.items() if value is not None}
        if not wanted:
            raise Invalid("say which memories: at least one of the fields", field="npc")
        return NpcMemory.objects.filter(**wanted)


def prune(rows: QuerySet[NpcMemory], *, by: str, reason: str) -> tuple[uuid.UUID, int]:
    """Delete these memories and those they had replaced, which would otherwise be told again.
    Returns the batch for `undo` and how many went. Raises Invalid if they are too many."""
    batch = uuid.uuid4()
    with transaction.atomic():
        ids = _with_replaced(rows.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
        if len(ids) > MOST:
            raise Invalid(f"more than {MOST} memories; say more closely which", field="npc")
        _note(ids, batch=batch, action=MemoryUndo.Action.DELETED, by=by, reason=reason)
        NpcMemory.objects.filter(pk__in=ids).delete()
    return batch, len(ids)


def note_edit(memory: NpcMemory, *, by: str) -> uuid.UUID:
    """Before a memory is changed: keep it as it is."""
    batch = uuid.uuid4()
    _note([memory.pk], batch=batch, action=MemoryUndo.Action.EDITED, by=by, reason="")
    return batch


def _with_replaced(chosen: Iterable[int]) -> list[int]:
    """And all that they superseded, however long ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH RECURSIVE gone AS (
                SELECT unnest(%s::bigint[]) AS id
                UNION
                SELECT older.id FROM {TABLE} older JOIN gone ON older.superseded_by_id = gone.id
            )
            SELECT id FROM gone
            """,  # nosec B608 - the table's own name
            [list(chosen)],
        )
        return [row[0] for row in cursor.fetchall()]


def _note(ids: list[int], *, batch: uuid.UUID, action: str, by: str, reason: str) -> None:
    """All columns as JSON, vector included, so that nothing has to be computed again."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO npc_memory_undo
                (batch, action, reason, memory_id, npc_id, char_id, row, superseded, by, created_at)
            SELECT %(batch)s, %(action)s, %(reason)s, one.id, one.npc_id, one.char_id,
                   to_jsonb(one),
                   ARRAY(SELECT older.id FROM {TABLE} older WHERE older.superseded_by_id = one.id),
                   %(by)s, now()
            FROM {TABLE} one WHERE one.id = ANY(%(ids)s)
            """,  # nosec B608 - the table's own name
            {"batch": batch, "action": action, "reason": reason[:200], "by": by, "ids": ids},
        )


def undo(batch: uuid.UUID) -> int:
    """Bring back what a batch deleted or changed; returns how many rows. What belonged to NPCs
    that are gone stays gone. Raises NotFound, Conflict if that would make a memory twice."""
    with transaction.atomic():
        noted = list(MemoryUndo.objects.select_for_update().filter(batch=batch))
        if not noted:
            raise NotFound("there is nothing to take back; it was done, or is more than a week ago")
        number = _restore([row.pk for row in noted])
        _link([(one, row.memory_id) for row in noted for one in row.superseded])
        MemoryUndo.objects.filter(batch=batch).delete()
    return number


def _restore(notes: list[int]) -> int:
    columns = ", ".join(COLUMNS)
    changed = ", ".join(f"{name} = EXCLUDED.{name}" for name in COLUMNS if name != "id")
    values = ", ".join(f"was.{name}" for name in COLUMNS).replace(
        "was.superseded_by_id", "NULL::bigint"
    )
    turn = "(SELECT id FROM conversation_turns WHERE id = was.turn_id)"
    sql = f"""
        INSERT INTO {TABLE} ({columns})
        SELECT {values.replace("was.turn_id", turn)}
        FROM npc_memory_undo note, jsonb_populate_record(NULL::{TABLE}, %s::jsonb || note.row) was
        WHERE note.id = ANY(%s)
          AND EXISTS (SELECT FROM npc_personalities WHERE id = note.npc_id)
          AND (was.learned_from_id IS NULL
               OR EXISTS (SELECT FROM npc_knowledge WHERE id = was.learned_from_id))
        ON CONFLICT (id) DO UPDATE SET {changed}
    """  # nosec B608 - names of the table's own columns
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(sql, [json.dumps(LATER), notes])
        except IntegrityError:
            raise Conflict("the same memory has been stored again since") from None
        restored = cursor.rowcount
        cursor.execute(_RELINK, [notes])
    return int(restored)


_RELINK = f"""
    UPDATE {TABLE} SET superseded_by_id = (note.row->>'superseded_by_id')::bigint
    FROM npc_memory_undo note
    WHERE note.id = ANY(%s) AND {TABLE}.id = note.memory_id
      AND EXISTS (SELECT FROM {TABLE} newer
                  WHERE newer.id = (note.row->>'superseded_by_id')::bigint)
"""  # nosec B608 - the table's own name


def _link(pairs: list[tuple[int, int]]) -> None:
    for older, newer in pairs:
        if NpcMemory.objects.filter(pk=newer).exists():
            NpcMemory.objects.filter(pk=older).update(superseded_by=newer)


def batches(*, limit: int = 50) -> list[Mapping[str, Any]]:
    """What can be taken back, latest first."""
    return list(
        MemoryUndo.objects.filter(created_at__gt=timezone.now() - KEPT)
        .order_by()
        .values("batch", "action", "reason", "by")
        .annotate(number=Count("id"), at=Max("created_at"))
        .order_by(F("at").desc())[:limit]
    )


def forget_old() -> int:
    """Of the present server: what can no longer be taken back."""
    deleted, _ = MemoryUndo.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    return deleted
