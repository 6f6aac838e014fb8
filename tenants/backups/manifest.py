"""What a backup says of itself. It is sealed like the rest: it has names of servers and people."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from aiworld.errors import Conflict, Invalid

FORMAT = 1
PUBLIC = "public"


@dataclass(kw_only=True)
class Part:
    """One schema: one file."""

    schema: str
    file: str
    bytes: int = 0
    sha256: str = ""
    """Of the sealed file, so that parts of two backups are not taken for one."""
    tables: dict[str, list[Any]] = field(default_factory=dict)
    """Rows and checksum, as of the snapshot."""
    links: list[list[Any]] = field(default_factory=list)
    server: dict[str, Any] = field(default_factory=dict)
    """Its row of registered_servers; empty for `public`."""
    members: list[dict[str, Any]] = field(default_factory=list)


@dataclass(kw_only=True)
class Manifest:
    made_at: datetime
    version: str
    """Of this program."""
    postgres: str
    login: str
    migrations: list[str]
    """All that were applied to `public`, as app.name."""
    parts: list[Part] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """Servers that were deleted while the backup was made."""
    settings: dict[str, str] = field(default_factory=dict)
    """Secrets without which the rows are of no use (`backups.secrets`)."""

    def part(self, name: str) -> Part:
        """By schema or server id. Raises Invalid."""
        for part in self.parts:
            if name in (part.schema, part.server.get("server_id")):
                return part
        known = ", ".join(part.server.get("server_id", part.schema) for part in self.parts[:10])
        raise Invalid(f"{name} is not in this backup; it has {known or 'nothing'}")

    @property
    def whole(self) -> bool:
        return any(part.schema == PUBLIC for part in self.parts)


def written(manifest: Manifest) -> bytes:
    told = {"format": FORMAT} | asdict(manifest)
    return json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False).encode()


def read(text: bytes) -> Manifest:
    """Raises Invalid if it is none, Conflict if a newer program wrote it in another way."""
    try:
        told = json.loads(text)
        wanted = told.pop("format")
        if wanted > FORMAT:
            raise Conflict(
                f"the backup was made by version {told.get('version')} in a form that this "
                "version does not know; use that version or a newer one"
            )
        parts = [Part(**each) for each in told.pop("parts")]
        made_at = datetime.fromisoformat(told.pop("made_at"))
        return Manifest(**told, made_at=made_at, parts=parts)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Invalid(f"the backup's manifest cannot be read: {error}") from None


def check_known(manifest: Manifest, known: set[str]) -> None:
    """Raises Conflict if the database that was dumped was ahead of this program."""
    if ahead := sorted(set(manifest.migrations) - known):
        raise Conflict(
            f"the backup was made by a newer version ({manifest.version}), whose tables this one "
            f"does not know ({ahead[0]}{' and others' if len(ahead) > 1 else ''}); install it first"
        )
