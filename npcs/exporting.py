"""Characters become NPC scripts: a folder an owner copies into the map-server's npc/custom/."""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from npcs.models import NpcKnowledge, NpcPersonality
from npcs.models.personality import NpcQuerySet
from npcs.scripts.writing import Hook, Spoken, Stub, Unwritable, write

FOLDER = "ai_world_stubs"
LIST = "scripts.conf"
HEAD = b"// Written by AI World out of its characters. Changes are lost with the next export.\n"
MOST = 20_000


@dataclass(kw_only=True)
class Exported:
    files: dict[str, bytes] = field(default_factory=dict)
    """Name in the folder -> content."""
    written: int = 0
    left_out: list[tuple[str, str]] = field(default_factory=list)
    """Key and reason."""


def export(npcs: NpcQuerySet, *, hook: Hook, code_page: str) -> Exported:
    """Of the present server, a file for each map and the list of them. What everybody may hear of
    what they know becomes their lines without AI; secrets and conditions stay here."""
    result = Exported()
    scripts: dict[str, list[bytes]] = defaultdict(list)
    rows = list(npcs.order_by("map_name", "key")[:MOST])
    spoken = _spoken(rows)
    for row in rows:
        try:
            script = write(_stub(row, spoken[row.pk]), hook=hook, code_page=code_page)
        except Unwritable as reason:
            result.left_out.append((row.key, str(reason)))
            continue
        scripts[_file(row.key.partition("/")[0])].append(script)
        result.written += 1
    result.files = {name: HEAD + b"\n" + b"\n".join(parts) for name, parts in scripts.items()}
    listed = "".join(f"npc: npc/custom/{FOLDER}/{name}\n" for name in result.files)
    result.files[LIST] = HEAD + listed.encode()
    return result


def _spoken(rows: Iterable[NpcPersonality]) -> dict[int, list[Spoken]]:
    found: dict[int, list[Spoken]] = defaultdict(list)
    facts = NpcKnowledge.objects.filter(
        npc__in=[row.pk for row in rows], sensitivity=0, condition="", is_active=True
    )
    for npc, topic, text in facts.order_by("position", "pk").values_list("npc_id", "topic", "text"):
        if npc is not None:
            found[npc].append(Spoken(text=text, topic=topic))
    return found


def _stub(row: NpcPersonality, lines: list[Spoken]) -> Stub:
    return Stub(key=row.key, name=row.name, x=row.x, y=row.y, sprite=row.sprite, lines=lines)


def _file(place: str) -> str:
    return re.sub(r"[^\w-]", "_", place, flags=re.ASCII) + ".txt"


def save(exported: Exported, path: Path) -> None:
    """As a zip if that is what the path ends with, else as a folder. Raises OSError."""
    if path.suffix == ".zip":
        path.write_bytes(zipped(exported))
        return
    path.mkdir(parents=True, exist_ok=True)
    for name, content in exported.files.items():
        (path / name).write_bytes(content)


def zipped(exported: Exported) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in exported.files.items():
            archive.writestr(f"{FOLDER}/{name}", content)
    return made.getvalue()
