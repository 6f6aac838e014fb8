"""The owner's switch and daily bound of the agents that have a path of their own.

Each process remembers what the owner chose, and how often the agent worked today, for SECONDS, and
counts on meanwhile: a talk costs no statement for it. So a switch counts within SECONDS, and a
bound is passed by no more than the processes do in that time."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from django.utils import timezone

from agents.catalogue import spec_of
from agents.models import AgentSetting
from aiworld.errors import OverQuota, SwitchedOff
from tenants.context import tenant

SECONDS = 5.0


@dataclass
class _Seen:
    is_on: bool = True
    most: int | None = None
    """None: the owner set no bound."""
    used: int = 0
    until: float = 0.0


_seen: dict[tuple[str, str], _Seen] = {}
_lock = threading.Lock()


def check(agent: str) -> None:
    """Raises SwitchedOff, OverQuota. What is allowed is counted."""
    key = (tenant().schema_name, agent)
    seen = _seen.get(key)
    if seen is None or seen.until <= time.monotonic():
        seen = _seen[key] = _look(agent)
    if not seen.is_on:
        raise SwitchedOff(f"the agent {agent} is switched off on this server")
    with _lock:
        if seen.most is not None and seen.used >= seen.most:
            raise OverQuota(f"the agent {agent} has worked {seen.most} times today")
        seen.used += 1


def forget() -> None:
    """Drop what this process remembers."""
    _seen.clear()


def _look(agent: str) -> _Seen:
    until = time.monotonic() + SECONDS
    row = AgentSetting.objects.filter(agent=agent).first()
    if row is None:
        return _Seen(until=until)
    if not row.is_on or row.most_a_day is None:
        return _Seen(is_on=row.is_on, until=until)
    own_way = spec_of(agent).own_way
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    used = own_way.used(midnight) if own_way else 0
    return _Seen(most=row.most_a_day, used=used, until=until)
