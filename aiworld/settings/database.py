"""PostgreSQL and the Redis cache."""

from typing import Any

from aiworld.settings.env import env

DB_CONNECTIONS = env.int("DB_CONNECTIONS", default=90)
"""Connections that all processes of this installation may hold together. PostgreSQL's own default
for max_connections is 100, of which it keeps 3 for its superuser."""
GRPC_PROCESSES = env.int("GRPC_PROCESSES", default=1)
"""gRPC processes that share the port; about one for a core."""
WEB_PROCESSES = env.int("WEB_PROCESSES", default=1)
"""How many Daphne processes there are, for the sum of connections."""
CELERY_WORKER_CONCURRENCY = env.int("CELERY_WORKER_CONCURRENCY", default=2)
"""Tasks that a worker does at once, each in a process of its own."""
_OF_A_TASK, _SPARE, _MOST = 2, 6, 12
"""Connections of one task; those kept for commands, the backup and a person who looks."""
_LEFT = DB_CONNECTIONS - _SPARE - _OF_A_TASK * CELERY_WORKER_CONCURRENCY
DB_POOL_SIZE = env.int(
    "DB_POOL_SIZE", default=max(2, min(_MOST, _LEFT // (GRPC_PROCESSES + WEB_PROCESSES)))
)
"""Connections one process may hold."""
DB_CONNECTIONS_WANTED = DB_CONNECTIONS - _LEFT + DB_POOL_SIZE * (GRPC_PROCESSES + WEB_PROCESSES)
"""The most that all of them come to."""
DB_TRANSACTION_POOLING = env.bool("DB_TRANSACTION_POOLING", default=False)
"""Whether a pooler in between lends sessions for one transaction only."""

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "tenants.backend",
        "HOST": env("POSTGRES_HOST", default="127.0.0.1"),
        "PORT": env("POSTGRES_PORT", default="5432"),
        "NAME": env("POSTGRES_DB", default="aiworld"),
        "USER": env("POSTGRES_USER", default="aiworld"),
        "PASSWORD": env("POSTGRES_PASSWORD", default=""),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "TRANSACTION_POOLING": DB_TRANSACTION_POOLING,
        "DISABLE_SERVER_SIDE_CURSORS": DB_TRANSACTION_POOLING,
        "OPTIONS": {
            "pool": {"min_size": 0, "max_size": DB_POOL_SIZE, "timeout": 5},
            "connect_timeout": 5,
            "application_name": "aiworld",
        },
    }
}

REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")
REDIS_TIMEOUT = env.float("REDIS_TIMEOUT", default=0.05)
"""Seconds the hot path waits for the cache; redis-py's own defaults would wait for 4.6."""

_REDIS: dict[str, Any] = {
    "LOCATION": REDIS_URL,
    "KEY_FUNCTION": "tenants.cache.make_key",
    "REVERSE_KEY_FUNCTION": "tenants.cache.reverse_key",
    "OPTIONS": {
        "CLIENT_CLASS": "django_redis.client.DefaultClient",
        "SERIALIZER": "django_redis.serializers.json.JSONSerializer",
        "CONNECTION_POOL_KWARGS": {
            "socket_timeout": REDIS_TIMEOUT,
            "socket_connect_timeout": REDIS_TIMEOUT,
            "retry": None,
            "max_connections": 64,
        },
    },
}
CACHES = {
    "default": _REDIS | {"BACKEND": "aiworld.cache.Cache"},
    "replies": _REDIS | {"BACKEND": "django_redis.cache.RedisCache"},
}
"""The same Redis. While it is away `default`, in which wrong passwords are counted, is the memory
of this process; `replies` has nothing then, and says so."""

CACHE_TTL_DIALOGUE = env.int("CACHE_TTL_DIALOGUE", default=3600)
"""Seconds a reply that told nobody's secrets may be told again to others."""
ENABLE_SEMANTIC_DEDUP = env.bool("ENABLE_SEMANTIC_DEDUP", default=True)
"""Whether such a reply may also answer the same question in other words."""
ENABLE_TEMPLATE_REUSE = env.bool("ENABLE_TEMPLATE_REUSE", default=True)
"""Whether greetings, thanks and the like are answered in ready phrases where there is an LLM."""
FIRST_LINE = env.float("FIRST_LINE", default=0.025)
"""Seconds after which StreamTalk sends a filler if nothing else can be said yet; 0: never."""
