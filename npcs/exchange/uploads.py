"""A file waits between being read and being applied."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from aiworld.errors import Conflict, Invalid
from npcs.exchange import files
from npcs.exchange.applying import apply, share_pack
from npcs.exchange.differences import Difference, differences
from npcs.exchange.sheets import Fact, Sheet
from npcs.models import ExchangeUpload, NpcPersonality

KEPT = timedelta(days=1)
MAX_WAITING = 20
"""Files one person may have waiting."""
NOTHING = "no NPC fits; choose others"


def receive(data: bytes, *, file_name: str, by: str, key: str = "") -> ExchangeUpload:
    """Read a file and keep what is in it until somebody decides. Raises Invalid."""
    found = files.read(data, key=key)
    forget_old()
    if ExchangeUpload.objects.filter(uploaded_by=by, applied_at=None).count() >= MAX_WAITING:
        raise Invalid(
            f"{MAX_WAITING} of your files wait already; apply or discard one", field="file"
        )
    return ExchangeUpload.objects.create(
        file_name=file_name[-120:],
        content=_content(found),
        versions={one.key: one.version for one in differences(found)}
        if isinstance(found, list)
        else {},
        uploaded_by=by,
    )


def _content(found: list[Sheet] | files.Pack) -> dict[str, Any]:
    if isinstance(found, files.Pack):
        facts = [one.model_dump(mode="json") for one in found.facts]
        return {"pack": found.name, "attribution": found.attribution, "facts": facts}
    return {"npcs": [one.model_dump(mode="json", exclude_none=True) for one in found]}


def is_pack(upload: ExchangeUpload) -> bool:
    return "pack" in upload.content


def sheets(upload: ExchangeUpload) -> list[Sheet]:
    return [Sheet.model_validate(row) for row in upload.content["npcs"]]


def facts(upload: ExchangeUpload) -> list[Fact]:
    return [Fact.model_validate(row) for row in upload.content["facts"]]


def preview(upload: ExchangeUpload, *, replace: bool = False) -> list[Difference]:
    return differences(sheets(upload), replace=replace)


def look_again(upload: ExchangeUpload) -> None:
    """The differences as they are now are those that will be agreed to."""
    upload.versions = {one.key: one.version for one in preview(upload)}
    upload.save(update_fields=["versions"])


def apply_characters(upload: ExchangeUpload, *, replace: bool = False) -> Sequence[Difference]:
    """Once. Raises Conflict if it was applied before, or an NPC has changed since the preview."""
    with transaction.atomic():
        _claim(upload)
        return apply(sheets(upload), seen=upload.versions, replace=replace)


def apply_pack(
    upload: ExchangeUpload, *, map_name: str, role: str, group: str, keys: str, faction: str = ""
) -> int:
    """Share the pack with the NPCs that fit all that is said, those to come too; returns how many
    there are."""
    rules = {"map_name": map_name, "role": role, "group": group, "faction": faction}
    with transaction.atomic():
        _claim(upload)
        number = share_pack(
            upload.content["pack"],
            facts(upload),
            attribution=upload.content.get("attribution", ""),
            keys=_lines(keys),
            **{name: value.strip() for name, value in rules.items()},
        )
        if not number:
            raise Invalid(NOTHING, field="map_name")
    return number


def chosen_npcs(*, map_name: str, role: str, group: str, keys: str, faction: str = "") -> Any:
    rows = NpcPersonality.objects.all()
    said = {"map_name": map_name, "role": role, "group": group, "faction": faction}
    for name, value in said.items():
        if value.strip():
            rows = rows.filter(**{f"{name}__iexact": value.strip()})
    if wanted := _lines(keys):
        rows = rows.filter(key__in=wanted)
    return rows


def _lines(keys: str) -> list[str]:
    return [line.strip() for line in keys.splitlines() if line.strip()]


def _claim(upload: ExchangeUpload) -> None:
    waiting = ExchangeUpload.objects.filter(pk=upload.pk, applied_at=None)
    if not waiting.update(applied_at=timezone.now()):
        raise Conflict("this file was applied already")


def forget_old() -> None:
    ExchangeUpload.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
