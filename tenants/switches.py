"""Whether AI answers at all: the owner's switch of the server, the operator's of the platform.

Both count within CACHE_SECONDS in every process: the server's comes with its key's row
(`api_keys`), the platform's is read anew here."""

from __future__ import annotations

import time
from dataclasses import dataclass

from aiworld.errors import SwitchedOff
from tenants.context import in_schema, tenant
from tenants.models import PlatformSwitch

CACHE_SECONDS = 2.0
OFF_HERE = "AI is switched off on this server; run the NPC's own script"
OFF_EVERYWHERE = "AI is switched off on the whole platform; run the NPC's own script"


@dataclass(frozen=True)
class _Seen:
    on: bool = True
    reason: str = ""
    until: float = 0.0


_seen = _Seen()


def check() -> None:
    """Raises SwitchedOff while the owner or the operator has it off."""
    if not tenant().ai_enabled:
        raise SwitchedOff(OFF_HERE)
    platform = _platform()
    if not platform.on:
        raise SwitchedOff(f"{OFF_EVERYWHERE} {platform.reason}".strip())


def forget() -> None:
    """Drop what this process remembers: it was changed here, or a test begins."""
    global _seen
    _seen = _Seen()


def _platform() -> _Seen:
    global _seen
    if _seen.until <= time.monotonic():
        with in_schema():
            row = PlatformSwitch.objects.filter(key=PlatformSwitch.Key.AI).first()
        until = time.monotonic() + CACHE_SECONDS
        _seen = _Seen(row.on, row.reason, until) if row else _Seen(until=until)
    return _seen
