"""How a map-server's attempts to connect went: for its owner's eyes only. The caller is told the
same whatever was wrong with its key.

There is one row per server and outcome, written at most every BETWEEN seconds by a process, so that
somebody with wrong keys cannot keep the database busy."""

from __future__ import annotations

import hmac
import re
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from tenants import api_keys, live
from tenants.context import in_tenant
from tenants.models import ApiKey, HandshakeAttempt, Server

Outcome = HandshakeAttempt.Outcome
BETWEEN = 5.0
MOST_SKEW = timedelta(minutes=5)
SERVER_ID = re.compile(r"server-[0-9a-f]{16}")
MAX_DETAIL, MAX_CLIENT = 200, 80


@dataclass(frozen=True)
class Caller:
    address: str | None = None
    client: str = ""
    """Name and version, as it says."""


_lock = threading.Lock()
_written: dict[tuple[int, str], tuple[float, int]] = {}
"""When an outcome was last written, and how often it came since."""


def accepted(server: Server, caller: Caller, *, client_time: datetime | None = None) -> None:
    """A Handshake that was answered; also if the client's clock is wrong, which its owner should
    know, since it dates what the client says."""
    now = timezone.now()
    Server.objects.filter(pk=server.pk).update(last_handshake_at=now)
    record(server, Outcome.ACCEPTED, caller)
    if client_time and abs(client_time - now) > MOST_SKEW:
        record(server, Outcome.WRONG_CLOCK, caller, detail=_skew(client_time, now))


def record(server: Server, outcome: str, caller: Caller, *, detail: str = "") -> None:
    times = _due(server.pk, outcome)
    if not times:
        return
    now = timezone.now()
    fields = {
        "detail": detail[:MAX_DETAIL],
        "address": caller.address or None,
        "client": caller.client[:MAX_CLIENT],
        "at": now,
    }
    rows = HandshakeAttempt.objects
    row, new = rows.get_or_create(
        server=server, outcome=outcome, defaults={**fields, "count": times}
    )
    if not new:
        rows.filter(pk=row.pk).update(count=F("count") + times, **fields)
    with in_tenant(server):
        live.publish("handshake", {"outcome": outcome, "at": now.isoformat()})


def wrong_key(key: str, caller: Caller, *, claimed: str = "") -> None:
    """Find out whom a key that was refused concerns, and write it down. `claimed` is the server id
    that the caller gave."""
    prefix = api_keys.prefix_of(key)
    row = ApiKey.objects.select_related("server").filter(prefix=prefix).first()
    if row is not None:
        record(row.server, _wrong_with(row, key), caller, detail=f"{row.name} (sk-{prefix}-…)")
        return
    server = Server.objects.filter(server_id=claimed).first() if is_server_id(claimed) else None
    if server is not None:
        shown = f"sk-{prefix}-…" if re.fullmatch("[0-9a-f]{12}", prefix) else "no key of ours"
        record(server, Outcome.WRONG_KEY, caller, detail=shown)


def is_server_id(text: str) -> bool:
    return SERVER_ID.fullmatch(text) is not None


def forget_all() -> None:
    """Drop what this process remembers (a test begins)."""
    with _lock:
        _written.clear()


def _wrong_with(row: ApiKey, key: str) -> str:
    """Of a key that is not usable, or whose secret is wrong. Who does not have the secret learns
    nothing here, and the owner is not told of a key's end by whoever guesses."""
    if not hmac.compare_digest(bytes(row.digest), api_keys.digest(key)):
        return Outcome.WRONG_KEY
    if row.revoked_at:
        return Outcome.KEY_REVOKED
    return Outcome.KEY_EXPIRED if row.expires_at else Outcome.WRONG_KEY


def _due(pk: int, outcome: str) -> int:
    """How many attempts a row is to be counted up by now; 0: not yet."""
    now = time.monotonic()
    with _lock:
        last, waiting = _written.get((pk, outcome), (-BETWEEN, 0))
        due = now - last >= BETWEEN
        _written[pk, outcome] = (now, 0) if due else (last, waiting + 1)
        return waiting + 1 if due else 0


def _skew(client_time: datetime, now: datetime) -> str:
    minutes = abs(client_time - now) // timedelta(minutes=1)
    way = "ahead" if client_time > now else "behind"
    return f"{minutes} minutes {way}: {client_time:%Y-%m-%d %H:%M:%S} UTC"
