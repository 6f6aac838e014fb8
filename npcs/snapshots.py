"""A character as it was: taken, and gone back to.

Rows are kept as PostgreSQL writes them (`to_jsonb`) and come back as it reads them, so that every
column, ids and moments too, is what it was. Vectors are left out: where the words are still the
same the vector stays, elsewhere a task makes it anew."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from aiworld.errors import Invalid
from npcs.changes import TRACKED, baseline
from npcs.models import NpcKnowledge, NpcMemory, NpcPersonality, NpcRelationship, NpcSnapshot
from npcs.models.conversation import ConversationTurn

PERSONA = "persona"
TABLES: dict[str, type[models.Model]] = {
    "knowledge": NpcKnowledge,
    "relationships": NpcRelationship,
    "memories": NpcMemory,
}
PARTS = (PERSONA, *TABLES)
MOST_ROWS = 5_000
"""Rows of one part; a snapshot with more would be a backup."""
MOST_BYTES = 8_000_000
MOST_SNAPSHOTS = 50
"""Of one NPC; the oldest go first."""
EMBEDDED: dict[type[models.Model], str] = {NpcKnowledge: "topic", NpcMemory: "subject"}
"""The column beside `text` that a vector is made from."""


def take(
    npc: NpcPersonality, *, label: str, made_by: str, parts: Sequence[str] = PARTS
) -> NpcSnapshot:
    """Keep what `npc` is now. Raises Invalid if a part is unknown or too large."""
    if not parts or set(parts) - set(PARTS):
        raise Invalid(_("Choose what the snapshot holds."), field="parts")
    with transaction.atomic():
        row = NpcPersonality.objects.select_for_update().get(pk=npc.pk)
        data = {part: _part(row, part) for part in PARTS if part in parts}
        size = len(json.dumps(data))
        if size > MOST_BYTES:
            raise Invalid(_too_large(), field="parts")
        taken = NpcSnapshot.objects.create(
            npc=row,
            label=label[:120],
            made_by=made_by[:150],
            parts=list(data),
            data=data,
            size_bytes=size,
        )
        _drop_oldest(row)
    return taken


def roll_back(snapshot: NpcSnapshot, *, by: str, parts: Sequence[str] = ()) -> NpcSnapshot:
    """Make the NPC what it was, in `parts` or all that the snapshot holds. What it is now is taken
    first and returned: going back to that undoes this. Raises Invalid."""
    chosen = [part for part in snapshot.parts if not parts or part in parts]
    with transaction.atomic():
        npc = NpcPersonality.objects.select_for_update().get(pk=snapshot.npc_id)
        label = _("before going back to “%(label)s”") % {"label": snapshot.label}
        before = take(npc, label=label, made_by=by, parts=chosen)
        _restore_persona(npc, snapshot, by, chosen)
        for part, model in TABLES.items():
            if part in chosen:
                _restore(npc, model, snapshot.data[part])
    return before


def _part(npc: NpcPersonality, part: str) -> Any:
    if part == PERSONA:
        return {name: getattr(npc, name) for name in TRACKED}
    model = TABLES[part]
    if model._default_manager.filter(npc_id=npc.pk)[: MOST_ROWS + 1].count() > MOST_ROWS:
        raise Invalid(_too_large(), field="parts")
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COALESCE(jsonb_agg(to_jsonb(r) - 'embedding' ORDER BY r.id), '[]')::text"
            f" FROM {table} r WHERE npc_id = %s",  # nosec B608: a table of ours
            [npc.pk],
        )
        return json.loads(cursor.fetchone()[0])


def _too_large() -> str:
    return _(
        "This character has too much for one snapshot (more than %(rows)s rows of a kind, or"
        " %(megabytes)s MB). Leave the memories out."
    ) % {"rows": MOST_ROWS, "megabytes": MOST_BYTES // 1_000_000}


def _drop_oldest(npc: NpcPersonality) -> None:
    of = NpcSnapshot.objects.filter(npc=npc)
    kept = list(of.values_list("pk", flat=True)[:MOST_SNAPSHOTS])
    of.exclude(pk__in=kept).delete()


def _restore_persona(
    npc: NpcPersonality, snapshot: NpcSnapshot, by: str, chosen: Sequence[str]
) -> None:
    """Saved even if it is the same: the version grows, and replies made from what was are void."""
    baseline([npc.pk])
    if PERSONA in chosen:
        for name, value in snapshot.data[PERSONA].items():
            setattr(npc, name, value)
        npc.edited_by_staff = True
    npc._history_user = by  # type: ignore[attr-defined]
    npc._change_reason = f"back to: {snapshot.label}"[:200]  # type: ignore[attr-defined]
    npc.save()


def _restore(npc: NpcPersonality, model: type[models.Model], kept: list[dict[str, Any]]) -> None:
    kept = list(_still_possible(npc, model, kept))
    rows: Any = model._default_manager.filter(npc_id=npc.pk)
    rows.exclude(pk__in=[row["id"] for row in kept]).delete()
    with connection.cursor() as cursor:
        cursor.execute(_upsert(model), [json.dumps(kept)])


def _still_possible(
    npc: NpcPersonality, model: type[models.Model], kept: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Without what points at rows that are gone, and with what columns added since would hold."""
    others = _present(NpcPersonality, [row.get("other_npc_id") for row in kept])
    sources = ("root_id", "learned_from_id")
    roots = _present(NpcKnowledge, [row.get(name) for row in kept for name in sources])
    turns = _present(ConversationTurn, [row.get("turn_id") for row in kept])
    defaults: dict[str, Any] = {
        str(field.column): field.get_default()
        for field in model._meta.concrete_fields
        if field.has_default() or (field.empty_strings_allowed and not field.null)
    }
    ids = {row["id"] for row in kept}
    for row in kept:
        row = {**defaults, **row, "npc_id": npc.pk}
        if row.get("other_npc_id") is not None and row["other_npc_id"] not in others:
            continue
        if any(row.get(name) is not None and row[name] not in roots for name in sources):
            continue  # what was heard goes with where it began
        if row.get("turn_id") not in turns:
            row["turn_id"] = None
        if row.get("superseded_by_id") not in ids:
            row["superseded_by_id"] = None
        yield row


def _present(model: type[models.Model], ids: list[int | None]) -> set[int]:
    wanted = {pk for pk in ids if pk is not None}
    return set(model._default_manager.filter(pk__in=wanted).values_list("pk", flat=True))


def _upsert(model: type[models.Model]) -> str:
    """In one statement. A row of another NPC that has the id is left alone."""
    table = connection.ops.quote_name(model._meta.db_table)
    columns = [str(field.column) for field in model._meta.concrete_fields]
    columns = [column for column in columns if column not in ("id", "embedding")]
    names = ", ".join(["id", *columns])
    changes = [f"{column} = excluded.{column}" for column in columns]
    if label := EMBEDDED.get(model):
        same = f"t.text = excluded.text AND t.{label} = excluded.{label}"
        changes.append(f"embedding = CASE WHEN {same} THEN t.embedding END")
    return (
        f"INSERT INTO {table} AS t ({names})"
        f" SELECT {names} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)"
        f" ON CONFLICT (id) DO UPDATE SET {', '.join(changes)} WHERE t.npc_id = excluded.npc_id"  # nosec B608: names of our columns
    )
