"""The game's door."""

from aiworld.settings.database import DB_POOL_SIZE
from aiworld.settings.env import env

GRPC_HOST = env("GRPC_HOST", default="127.0.0.1")
GRPC_PORT = env.int("GRPC_PORT", default=50051)
GRPC_TLS_CERT = env("GRPC_TLS_CERT", default="")
"""PEM file of the server's certificate and its chain. Empty: no TLS."""
GRPC_TLS_KEY = env("GRPC_TLS_KEY", default="")
GRPC_TLS_CLIENT_CA = env("GRPC_TLS_CLIENT_CA", default="")
"""PEM file of the authorities that map-servers' certificates have to be from. Empty: they need
none. With it a certificate goes with its own server's API key only."""
GRPC_TLS_CRL = env("GRPC_TLS_CRL", default="")
"""PEM file of the certificates that count no more, signed by one of these authorities. Looked at
each second."""
GRPC_MAX_CONNECTION_AGE = env.int("GRPC_MAX_CONNECTION_AGE", default=1800)
"""Seconds, give or take a tenth, after which a connection takes no new calls and the client makes
another: with the certificates of that moment, and to any of several replicas."""
GRPC_MAX_CONNECTION_AGE_GRACE = env.int("GRPC_MAX_CONNECTION_AGE_GRACE", default=330)
"""Seconds that calls on such a connection may go on; a stream of world events lasts 300."""
GRPC_TRUSTED_PROXY_COUNT = env.int("GRPC_TRUSTED_PROXY_COUNT", default=0)
"""Proxies of ours before this process that append to x-forwarded-for (deploy/nginx). With 0 nothing
there is believed."""
GRPC_DB_THREADS = env.int("GRPC_DB_THREADS", default=min(8, DB_POOL_SIZE))
"""Threads that read and write."""
MAX_CONCURRENT_REQUESTS = env.int("MAX_CONCURRENT_REQUESTS", default=1000)
"""Calls one gRPC process works on at once; the next one is refused with RESOURCE_EXHAUSTED."""
MAX_CONCURRENT_PER_SERVER = env.int(
    "MAX_CONCURRENT_PER_SERVER", default=max(MAX_CONCURRENT_REQUESTS // 4, 1)
)
"""Of these, for one game server: a noisy one leaves room for the others."""
RATE_LIMIT_PER_MINUTE = env.int("RATE_LIMIT_PER_MINUTE", default=1000)
RATE_LIMIT_PER_HOUR = env.int("RATE_LIMIT_PER_HOUR", default=50_000)
"""Calls of a new game server whose limits nobody has chosen."""
REQUEST_TIMEOUT = env.float("REQUEST_TIMEOUT", default=5.0)
"""Seconds a call without a deadline of its own may take."""
GRPC_MAX_MESSAGE_BYTES = env.int("GRPC_MAX_MESSAGE_BYTES", default=256 * 1024)
MAX_TEXT_LENGTH = env.int("MAX_TEXT_LENGTH", default=500)
"""Characters of one thing a player says. The client's own input box holds 70 bytes."""
