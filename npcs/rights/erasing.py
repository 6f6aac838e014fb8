"""Erasing a player: everything a server keeps of one character, in its tables, caches and files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from npcs import replies
from npcs.models import NpcKnowledge, NpcSnapshot, PlayerStanding
from npcs.rights.holdings import KEPT, Holding, holdings, loose
from npcs.standing import check_id
from tenants import audit, exporting, live, outbox
from tenants.context import tenant

CLEAR = "npcs.tasks.clear_copies"
ERASED = "erased"
"""Stands in the log of changes where a player's words or name were."""
FORGOTTEN_PARTS = ("memories", "relationships")


def erase(
    char_id: int, *, by: User | None = None, via: str = "", address: str | None = None
) -> dict[str, int]:
    """Rows by table that were deleted or made anonymous. Doing it twice is no error. A running mute
    and the wish for scripts only stay, without name and reason. Raises Invalid.

    The audit entry says who was erased by whom, and how many rows; none of their words."""
    check_id(char_id)
    with transaction.atomic():
        names = _names(char_id)
        gone = {"npc_knowledge": _unspread(char_id)}
        gone["npc_snapshots"] = _out_of_snapshots(char_id)
        gone["django_admin_log"] = _out_of_the_log(char_id, names)
        for one in holdings():
            if anonymous := getattr(one.model, "ANONYMOUS", None):
                label = f"{one.model._meta.db_table}, anonymised"
                gone[label] = _made_anonymous(one, char_id, anonymous)
            elif one.model not in KEPT:
                _delete(one.rows(char_id), gone)
        for rows in loose(char_id):
            _delete(rows, gone)
        _empty_standing(char_id)
        told = {name: number for name, number in gone.items() if number}
        audit.note(tenant(), actor=by, action="player.erased", target=char_id,
                   details={"rows": told, "via": via}, address=address)  # fmt: skip
        live.publish("erased", {"char_id": char_id})
        transaction.on_commit(_clear_copies)
    return told


def _delete(rows: QuerySet[Any], gone: dict[str, int]) -> None:
    for label, number in rows.delete()[1].items():
        gone[label] = gone.get(label, 0) + number


def _made_anonymous(one: Holding, char_id: int, anonymous: Mapping[str, Any]) -> int:
    """A model that says ANONYMOUS keeps its sums: its rows stay, with that in the place of whose
    they were. Who was on the other side of a row stays there."""
    rows = one.rows(char_id)
    rest = {name: value for name, value in anonymous.items() if name not in one.paths}
    number = rows.update(**rest) if rest else rows.count()
    for name in one.paths:
        rows.model._default_manager.filter(**{name: char_id}).update(**{name: anonymous[name]})
    return number


def _names(char_id: int) -> set[str]:
    """What the character was called."""
    found: set[str] = set()
    for one in holdings():
        fields = {field.name for field in one.model._meta.concrete_fields}
        for name in ("player_name", "name") if "char_id" in one.paths else ():
            if name in fields:
                found |= set(one.rows(char_id).values_list(name, flat=True))
    return {name for name in found if name}


def _unspread(char_id: int) -> int:
    """What other NPCs know because of a memory of theirs. Deleted before the memory is."""
    [gossip] = [one for one in holdings() if one.model._meta.db_table == "information_sharing_log"]
    heard = gossip.rows(char_id).values_list("became_id", flat=True)
    ids = [pk for pk in heard if pk]
    number, _ = NpcKnowledge.objects.filter(Q(pk__in=ids) | Q(root_id__in=ids)).delete()
    return number


def _out_of_snapshots(char_id: int) -> int:
    changed = 0
    for part in FORGOTTEN_PARTS:
        holding = NpcSnapshot.objects.filter(**{f"data__{part}__contains": [{"char_id": char_id}]})
        for row in holding.select_for_update():
            row.data[part] = [each for each in row.data[part] if each.get("char_id") != char_id]
            row.save(update_fields=["data"])
            changed += 1
    return changed


def _out_of_the_log(char_id: int, names: Iterable[str]) -> int:
    """The log of changes keeps that something was changed, when and by whom; not the words."""
    entries = LogEntry.objects.none()
    for one in holdings():
        kind = ContentType.objects.get_for_model(one.model)
        ids = [str(pk) for pk in one.rows(char_id).values_list("pk", flat=True)]
        about = Q(object_id__in=ids)
        for name in names:  # of rows that are gone already; as their models' __str__ begin
            for begins in (f"{name}:", f"{name} and NPC", f"{name} ("):
                about |= Q(object_repr__startswith=begins)
        entries |= LogEntry.objects.filter(about, content_type=kind)
    return entries.exclude(object_repr=ERASED).update(object_repr=ERASED, change_message=ERASED)


def _empty_standing(char_id: int) -> None:
    rows = PlayerStanding.objects.filter(char_id=char_id)
    rows.filter(muted_until__lte=timezone.now()).update(muted_until=None)
    rows.filter(muted_until=None, opted_out_at=None).delete()
    rows.update(player_name="", mute_reason="", told_at=None)


def _clear_copies() -> None:
    if not clear_copies():
        outbox.add(CLEAR, tenant().server_id)


def clear_copies() -> bool:
    """What lies elsewhere: archives of the whole server, and answers kept in Redis. False if that
    is away."""
    exporting.forget(tenant())
    return replies.forget_all()
