"""The cache for what has to go on without Redis, such as counting wrong passwords."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django_redis.cache import RedisCache
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import RedisError

from aiworld import measures
from aiworld.breaker import Breaker
from aiworld.errors import Unavailable

AWAY = (ConnectionInterrupted, RedisError, OSError)
"""django-redis raises its own error, or the client's from under it."""
MOST_KEPT = 10_000
_breaker = Breaker(
    "the cache",
    failures=3,
    seconds=1.0,
    refused=measures.turned_away.labels("cache").inc,
)


class Cache(RedisCache):  # type: ignore[misc]
    """Redis; while that is away, the memory of this process. Neither copies to the other: a count
    that was begun in one begins anew in the other."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._local = LocMemCache("fallback", params | {"OPTIONS": {"MAX_ENTRIES": MOST_KEPT}})

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._either("get", *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> Any:
        return self._either("set", *args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> Any:
        return self._either("add", *args, **kwargs)

    def incr(self, *args: Any, **kwargs: Any) -> Any:
        return self._either("incr", *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        return self._either("delete", *args, **kwargs)

    def clear(self, *args: Any, **kwargs: Any) -> Any:
        self._local.clear()
        return super().clear(*args, **kwargs)

    def _either(self, name: str, *args: Any, **kwargs: Any) -> Any:
        try:
            _breaker.check()
            result = getattr(super(), name)(*args, **kwargs)
        except AWAY:
            _breaker.failed()
        except Unavailable:
            pass
        else:
            _breaker.succeeded()
            return result
        return getattr(self._local, name)(*args, **kwargs)
