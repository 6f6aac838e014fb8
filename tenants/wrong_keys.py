"""Who sends wrong keys waits.

An address that sent PER_MINUTE wrong keys within a minute is not listened to for BLOCK seconds. A
key that was right lately is listened to all the same: whoever shares the map-server's address (NAT)
cannot lock it out. Wrong secrets are counted for the prefix they claim, too, from wherever they
come; but after the comparison, so that nobody who knows a prefix can lock the right key out."""

from __future__ import annotations

import hashlib
import ipaddress
import math
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from django_redis import get_redis_connection

from aiworld.cache import AWAY
from aiworld.errors import OverQuota, Unauthenticated, Unavailable
from tenants import api_keys, counting
from tenants.counting import Ask, Limit, breaker
from tenants.models import Server

PER_MINUTE = 10
BLOCK = 60.0
"""Seconds."""
KNOWN_GOOD = 86_400
"""Seconds that a key which was right passes although its address is blocked; in this process for
half of it, so that it is written again in time."""
MOST_KEPT = 10_000
LATER = "too many wrong API keys came from where you are; try again in {} s"
PREFIX = re.compile(r"sk-([0-9a-f]{12})-")


class Until:
    """Names and the moment until which each counts; at most MOST_KEPT, the oldest go."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def left(self, name: str) -> float:
        with self._lock:
            return max(self._kept.get(name, 0.0) - time.monotonic(), 0.0)

    def put(self, name: str, seconds: float) -> None:
        with self._lock:
            self._kept[name] = time.monotonic() + seconds
            self._kept.move_to_end(name)
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)

    def drop(self, name: str) -> None:
        with self._lock:
            self._kept.pop(name, None)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()

    def __len__(self) -> int:
        return len(self._kept)


_blocked, _good = Until(), Until()


def admit(key: str, *, address: str) -> Server:
    """`api_keys.resolve` for a caller at `address`. Raises OverQuota, too."""
    server = api_keys.recall(key)
    if server:
        return server
    good, source = _good_name(key), _source(address)
    left = _block_left(source)
    if left and not _is_good(good):
        raise _later(left)
    try:
        server = api_keys.resolve(key)
    except Unauthenticated:
        _forget(good)
        _count(key, source)
        raise
    _remember(good)
    return server


def forget_all() -> None:
    """Drop what this process knows (a test begins)."""
    _blocked.clear()
    _good.clear()


def _count(key: str, source: str) -> None:
    """Raises OverQuota if this prefix has been tried too often."""
    at = Ask((Limit(f"{source}:minute", PER_MINUTE - 1, 60.0),))
    if counting.count(at).over:
        _blocked.put(source, BLOCK)
        _try(lambda redis: redis.set(f"{source}:blocked", 1, px=int(BLOCK * 1000)))
    claimed = PREFIX.match(key)
    if claimed:
        name = f"wrong-keys:{{prefix {claimed[1]}}}:minute"
        verdict = counting.count(Ask((Limit(name, PER_MINUTE, 60.0),)))
        if verdict.over:
            raise _later(verdict.wait)


def _block_left(source: str) -> float:
    left = _blocked.left(source)
    if left:
        return left
    shared = _try(lambda redis: redis.pttl(f"{source}:blocked")) or 0
    if shared <= 0:
        return 0.0
    _blocked.put(source, shared / 1000)
    return float(shared) / 1000


def _is_good(name: str) -> bool:
    return _good.left(name) > 0 or bool(_try(lambda redis: redis.exists(name)))


def _remember(name: str) -> None:
    if not _good.left(name):
        _good.put(name, KNOWN_GOOD / 2)
        _try(lambda redis: redis.set(name, 1, ex=KNOWN_GOOD))


def _forget(name: str) -> None:
    if _good.left(name):
        _good.drop(name)
        _try(lambda redis: redis.delete(name))


def _good_name(key: str) -> str:
    # A hash of the keyed hash: what stands in Redis is of no use to whoever reads it.
    return f"wrong-keys:good:{hashlib.sha256(api_keys.digest(key)).hexdigest()}"


def _source(address: str) -> str:
    """Whoever has an IPv6 address has a /64 of them."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "wrong-keys:{local}"
    if found.version == 6:
        found = ipaddress.ip_network((found, 64), strict=False).network_address
    return f"wrong-keys:{{{found}}}"


def _later(left: float) -> OverQuota:
    return OverQuota(LATER.format(max(math.ceil(left), 1)), limit="wrong_keys", retry_after=left)


def _try(ask: Callable[[Any], Any]) -> Any:
    """None if Redis is away; then what this process knows has to do."""
    try:
        breaker.check()
        found = ask(get_redis_connection("default"))
    except AWAY:
        breaker.failed()
        return None
    except Unavailable:
        return None
    breaker.succeeded()
    return found
