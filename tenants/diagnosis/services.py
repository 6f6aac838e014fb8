"""PostgreSQL and the Redis servers: do they answer, and are they fit for it?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import redis
from django.conf import settings
from django.db import connection
from kombu.connection import Connection

from tenants.context import in_schema
from tenants.diagnosis.finding import OK, Finding, failing, fine, warning
from tenants.health import TIMEOUT

ADVICE = {
    "database": "Look whether PostgreSQL runs and answers at POSTGRES_HOST and POSTGRES_PORT.",
    "cache": "Look whether the Redis of REDIS_URL runs; until then NPCs think every answer anew.",
    "live": "Look whether the Redis of CHANNELS_REDIS_URL runs; live views stand still until then.",
    "queue": "Look whether the Redis of CELERY_BROKER_URL runs; work waits until then.",
}
OLDEST_POSTGRES = 16_00_00
TOO_OLD = "PostgreSQL 16 or newer is needed: see docs/how-to/use-your-postgresql.md."
CROWDED = 0.9
CROWD = (
    "Fewer processes, a smaller DB_POOL_SIZE, a larger max_connections, or PgBouncer in between: "
    "processes x DB_POOL_SIZE must stay below max_connections."
)
EVICTS = (
    "Set maxmemory-policy noeviction on the Redis of CELERY_BROKER_URL: as it is, a full memory "
    "drops tasks."
)
LOOK = """
SELECT current_setting('server_version'), current_setting('server_version_num')::int,
       (SELECT extversion FROM pg_extension WHERE extname = 'vector'),
       (SELECT sum(numbackends) FROM pg_stat_database)::int,
       current_setting('max_connections')::int
         - current_setting('superuser_reserved_connections')::int
"""


def find(answering: Mapping[str, str]) -> Iterator[Finding]:
    for part, outcome in answering.items():
        if outcome != OK:
            yield failing(part, outcome, ADVICE[part])
        else:
            yield LOOKS[part]()


def connections() -> tuple[int, int]:
    """How many the database server has, and how many it lets in."""
    _, _, _, taken, most = _looked()
    return taken, most


def _looked() -> tuple[str, int, str | None, int, int]:
    with in_schema(), connection.cursor() as cursor:
        cursor.execute(LOOK)
        found: tuple[str, int, str | None, int, int] = cursor.fetchone()
    return found


def _database() -> Finding:
    version, number, vector, taken, most = _looked()
    seen = f"PostgreSQL {version}, pgvector {vector or 'none'}, {taken} of {most} connections"
    if number < OLDEST_POSTGRES:
        return failing("database", f"PostgreSQL {version}", TOO_OLD, seen)
    if taken > CROWDED * most:
        return warning("database", f"{taken} of {most} connections", CROWD, seen)
    return fine("database", seen)


def _cache() -> Finding:
    return fine("cache", _redis(settings.REDIS_URL))


def _live() -> Finding:
    return fine("live", _redis(settings.CHANNELS_REDIS_URL))


def _queue() -> Finding:
    connect: Callable[..., Any] = Connection  # kombu has no types
    with connect(settings.CELERY_BROKER_URL, connect_timeout=TIMEOUT) as broker:
        client = broker.default_channel.client
        told = client.info()
    policy = told.get("maxmemory_policy", "noeviction")
    if told.get("maxmemory") and policy != "noeviction":
        return failing("queue", f"evicts ({policy})", EVICTS, _version(told))
    return fine("queue", _version(told))


def _redis(url: str) -> str:
    with redis.Redis.from_url(
        url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT
    ) as client:
        return _version(client.info())


def _version(told: Mapping[str, Any]) -> str:
    name, number = "Redis", told.get("redis_version", "?")
    if "valkey_version" in told:
        name, number = "Valkey", told["valkey_version"]
    return f"{name} {number}, {told.get('used_memory_human', '?')} in use"


LOOKS: dict[str, Callable[[], Finding]] = {
    "database": _database,
    "cache": _cache,
    "live": _live,
    "queue": _queue,
}
