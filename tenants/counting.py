"""Where limits are counted: in Redis for all processes, and in this process for when Redis is away.

This process counts what it accepted while Redis is well, too. So it knows where it stands at the
moment Redis goes, and a Redis that comes back empty gives nobody a second allowance here: one
process never accepts more than the limit, and n of them never more than n times the limit."""

from __future__ import annotations

import asyncio
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django_redis import get_redis_connection
from redis.asyncio import BlockingConnectionPool
from redis.asyncio import Redis as Client
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError

from aiworld import measures
from aiworld.breaker import Breaker
from aiworld.cache import AWAY
from aiworld.errors import Unavailable
from aiworld.loops import PerLoop
from tenants.sliding import Slots, Window

MOST_KEPT = 20_000
"""Counters one process keeps; beyond it those longest unused are forgotten."""
CONNECTIONS = 16
"""Of one event loop; who finds none free waits REDIS_TIMEOUT for one."""
SCRIPT = (Path(__file__).parent / "quota.lua").read_text()
SHA = hashlib.sha1(SCRIPT.encode(), usedforsecurity=False).hexdigest()
breaker = Breaker(
    "the store of rate limits",
    failures=3,
    seconds=1.0,
    refused=measures.turned_away.labels("limits").inc,
)


@dataclass(frozen=True)
class Limit:
    name: str
    """What is counted, whose: the key in Redis."""
    most: float
    seconds: float


@dataclass(frozen=True)
class Place:
    """One of `most` places, kept for `seconds` after it was last asked for."""

    name: str
    holder: str
    most: int
    seconds: float


@dataclass(frozen=True)
class Verdict:
    over: Limit | Place | None = None
    """What refused it; nothing was counted then."""
    wait: float = 0.0
    """Seconds after which the same may be accepted."""
    fresh: bool = False
    """A new place was taken."""


@dataclass(frozen=True)
class Ask:
    limits: tuple[Limit, ...]
    cost: float = 1.0
    place: Place | None = None

    def keys(self) -> list[str]:
        names = [limit.name for limit in self.limits]
        return [*names, self.place.name] if self.place else names

    def arguments(self) -> list[str | float]:
        place = self.place or Place("", "", 0, 0)
        found: list[str | float] = [self.cost, place.holder, place.most, int(place.seconds * 1000)]
        for limit in self.limits:
            found += [limit.most, int(limit.seconds * 1000)]
        return found

    def verdict(self, found: Any) -> Verdict:
        which, number = int(found[0]), int(found[1])
        if which == 0:
            return Verdict(fresh=bool(number))
        return Verdict(self.place if which < 0 else self.limits[which - 1], wait=number / 1000)


class Local:
    """The counters of this process; at most `most`."""

    def __init__(self, *, most: int = MOST_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[str, Any] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, ask: Ask) -> Verdict:
        with self._lock:
            return self._check(ask, time.monotonic())

    def take(self, ask: Ask) -> Verdict:
        now = time.monotonic()
        with self._lock:
            verdict = self._check(ask, now)
            return verdict if verdict.over else self._add(ask, now)

    def add(self, ask: Ask) -> None:
        """Count what Redis accepted."""
        with self._lock:
            self._add(ask, time.monotonic())

    def leave(self, place: Place) -> None:
        with self._lock:
            self._slots(place).leave(place.holder)

    def forget_all(self) -> None:
        with self._lock:
            self._kept.clear()

    def __len__(self) -> int:
        return len(self._kept)

    def _check(self, ask: Ask, now: float) -> Verdict:
        for limit in ask.limits:
            wait = self._window(limit).wait(now, cost=ask.cost, limit=limit.most)
            if wait > 0:
                return Verdict(limit, wait=wait)
        if ask.place:
            wait = self._slots(ask.place).wait(now, holder=ask.place.holder, most=ask.place.most)
            if wait > 0:
                return Verdict(ask.place, wait=wait)
        return Verdict()

    def _add(self, ask: Ask, now: float) -> Verdict:
        for limit in ask.limits:
            self._window(limit).add(now, cost=ask.cost)
        if ask.place is None:
            return Verdict()
        return Verdict(fresh=self._slots(ask.place).take(now, holder=ask.place.holder))

    def _window(self, limit: Limit) -> Window:
        found: Window = self._keep(limit.name, lambda: Window(limit.seconds))
        return found

    def _slots(self, place: Place) -> Slots:
        found: Slots = self._keep(place.name, lambda: Slots(place.seconds))
        return found

    def _keep(self, name: str, make: Callable[[], Any]) -> Any:
        if name not in self._kept:
            if len(self._kept) >= self._most:
                self._kept.popitem(last=False)
            self._kept[name] = make()
        self._kept.move_to_end(name)
        return self._kept[name]


local = Local()


@cache
def _clients(url: str, timeout: float) -> PerLoop[Client]:
    def make() -> Client:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS,
            timeout=timeout,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            retry=Retry(NoBackoff(), 0),
        )
        return Client(connection_pool=pool)

    return PerLoop(make, lambda client: client.aclose(close_connection_pool=True))


def _client() -> Client:
    """Of the present settings, for the running event loop."""
    return _clients(settings.CACHES["default"]["LOCATION"], _patience()).get()


def _patience() -> float:
    """Seconds; the cache's, so that both ways to ask have the same."""
    seconds = settings.CACHES["default"]["OPTIONS"]["CONNECTION_POOL_KWARGS"]["socket_timeout"]
    return float(seconds)


def count(ask: Ask) -> Verdict:
    """Against all limits, or, if one is reached, against none. Waits REDIS_TIMEOUT at most."""
    here = local.check(ask)
    if here.over:
        return here
    try:
        breaker.check()
        found = _evaluated(get_redis_connection("default"), ask)
    except (*AWAY, Unavailable) as error:
        return _alone(ask, error)
    return _shared(ask, found)


async def acount(ask: Ask) -> Verdict:
    """The same on an event loop."""
    here = local.check(ask)
    if here.over:
        return here
    try:
        breaker.check()
        async with asyncio.timeout(_patience()):  # connecting takes several answers
            found = await _aevaluated(_client(), ask)
    except (*AWAY, Unavailable) as error:
        return _alone(ask, error)
    return _shared(ask, found)


def _evaluated(client: Any, ask: Ask) -> Any:
    keys = ask.keys()
    try:
        return client.evalsha(SHA, len(keys), *keys, *ask.arguments())
    except NoScriptError:
        return client.eval(SCRIPT, len(keys), *keys, *ask.arguments())


async def _aevaluated(client: Any, ask: Ask) -> Any:
    keys = ask.keys()
    try:
        return await client.evalsha(SHA, len(keys), *keys, *ask.arguments())
    except NoScriptError:
        return await client.eval(SCRIPT, len(keys), *keys, *ask.arguments())


def leave(place: Place) -> None:
    """Give a place back at once."""
    local.leave(place)
    try:
        breaker.check()
        get_redis_connection("default").zrem(place.name, place.holder)
    except AWAY:
        breaker.failed()
    except Unavailable:
        return


async def aleave(place: Place) -> None:
    local.leave(place)
    try:
        breaker.check()
        async with asyncio.timeout(_patience()):
            await _client().zrem(place.name, place.holder)
    except AWAY:
        breaker.failed()
    except Unavailable:
        return


def _alone(ask: Ask, error: Exception) -> Verdict:
    if not isinstance(error, Unavailable):
        breaker.failed()
    return local.take(ask)


def _shared(ask: Ask, found: Any) -> Verdict:
    breaker.succeeded()
    verdict = ask.verdict(found)
    if not verdict.over:
        local.add(ask)
    return verdict
