"""API keys of map-servers: `sk-<prefix>-<secret>`, stored as a keyed hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from aiworld.errors import Refused, Unauthenticated
from tenants.models import ApiKey, Server

CACHE_SECONDS = 2.0
"""How long a process may go on accepting a key that was revoked elsewhere."""
CACHE_SIZE = 10_000
UNKNOWN = "unknown API key; check ai_sidecar_api_key, or ask for a new key"


def digest(key: str) -> bytes:
    # A 256-bit random key needs no slow hash; the pepper keeps a stolen table useless. Not in one
    # step: hmac.digest gives the interpreter away, and gets it back milliseconds later where
    # another thread works, while these few bytes take 2 us.
    return hmac.new(settings.API_KEY_SALT.encode(), key.encode(), hashlib.sha256).digest()


def issue(server: Server, *, name: str = "map-server") -> str:
    """Make a key and return it; this is the only time anybody sees it."""
    prefix = secrets.token_hex(6)
    key = f"sk-{prefix}-{secrets.token_urlsafe(32)}"
    ApiKey.objects.create(server=server, name=name, prefix=prefix, digest=digest(key))
    return key


def prefix_of(key: str) -> str:
    """The public part; empty if there is none."""
    parts = key.split("-", 2)
    prefix = parts[1] if len(parts) == 3 and parts[0] == "sk" else ""
    return prefix.replace("\0", "")[:24]


def resolve(key: str) -> Server:
    """The server a key belongs to. Raises Unauthenticated, or Refused if it is suspended or about
    to be deleted."""
    known = digest(key)
    server = _remembered(known) or _look_up(key, known)
    if server.status != Server.Status.ACTIVE:
        raise Refused(_closed(server))
    return server


def _closed(server: Server) -> str:
    if server.status == Server.Status.LEAVING and server.delete_after:
        until = server.delete_after.strftime("%Y-%m-%d %H:%M UTC")
        return f"server {server.server_id} will be deleted after {until}; its owner can keep it"
    return f"server {server.server_id} is suspended; its owner can resume it"


@dataclass(frozen=True)
class _Entry:
    server: Server
    until: float


_entries: dict[bytes, _Entry] = {}


def _remembered(known: bytes) -> Server | None:
    entry = _entries.get(known)
    return entry.server if entry and entry.until > time.monotonic() else None


def recall(key: str) -> Server | None:
    """The server of a key that was accepted in the last CACHE_SECONDS; touches no database."""
    server = _remembered(digest(key))
    return server if server and server.status == Server.Status.ACTIVE else None


def forget_all() -> None:
    """Drop what this process remembers (a key was revoked here, or a test begins)."""
    _entries.clear()


def _look_up(key: str, known: bytes) -> Server:
    rows = ApiKey.objects.usable().select_related("server")
    row = rows.filter(prefix=prefix_of(key)).first()
    # The comparison runs for unknown prefixes too, so that time does not tell them apart.
    if not hmac.compare_digest(bytes(row.digest) if row else bytes(32), known) or row is None:
        raise Unauthenticated(UNKNOWN)
    _note_use(row)
    if len(_entries) >= CACHE_SIZE:
        _entries.clear()
    until = time.monotonic() + CACHE_SECONDS
    if row.expires_at:
        until = min(until, time.monotonic() + (row.expires_at - timezone.now()).total_seconds())
    _entries[known] = _Entry(row.server, until)
    return row.server


def _note_use(row: ApiKey) -> None:
    now = timezone.now()
    if row.last_used_at is None or now - row.last_used_at > timedelta(minutes=1):
        ApiKey.objects.filter(pk=row.pk).update(last_used_at=now)
