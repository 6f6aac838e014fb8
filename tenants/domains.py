"""Host names of servers, for installations that give each its own."""

from __future__ import annotations

import time

from django.conf import settings

from tenants.models import ServerDomain

SECONDS = 5.0
"""How long a process may go on with what it read."""
_known: dict[str, str] = {}
_read_at = float("-inf")


def server_of(host: str) -> str | None:
    """The server id a host name belongs to. `host` as the browser wrote it, port and all."""
    if not settings.SERVER_HOSTS:
        return None
    if time.monotonic() - _read_at > SECONDS:
        _read()
    return _known.get(host.rpartition(":")[0].lower() if ":" in host else host.lower())


def _read() -> None:
    global _known, _read_at
    rows = ServerDomain.objects.values_list("domain", "tenant__server_id")
    _known = {domain.lower(): server_id for domain, server_id in rows}
    _read_at = time.monotonic()


def forget() -> None:
    """Read anew (a host name changed here, or a test begins)."""
    global _read_at
    _read_at = float("-inf")
