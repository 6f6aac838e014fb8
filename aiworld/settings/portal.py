"""The owners' portal: plans, limits, what map-servers are told."""

from aiworld.settings.env import DATA_DIR, env
from aiworld.settings.grpc import GRPC_TLS_CERT

MAX_SERVERS_SUPPORTED = env.int("MAX_SERVERS_SUPPORTED", default=1000)
"""Game servers on this installation; the next one is refused."""
OPEN_TIERS = env.list("OPEN_TIERS", default=["free", "basic", "premium"])
"""Plans that owners may choose themselves; the operator gives the others."""
PLANS = env.json("PLANS", default={})
"""Other maxima than those of tenants/plans.py, e.g. {"free": {"servers": 5}}."""
SERVER_DELETION_DAYS = env.int("SERVER_DELETION_DAYS", default=7)
"""How long a server that is to be deleted can be kept after all."""
GRPC_PUBLIC_ENDPOINT = env("GRPC_PUBLIC_ENDPOINT", default="")
"""host:port that map-servers are told; empty: the pages' own host name and GRPC_PORT."""
GRPC_PUBLIC_TLS = env.bool("GRPC_PUBLIC_TLS", default=bool(GRPC_TLS_CERT))
"""Whether that endpoint speaks TLS."""
EXPORT_DIR = DATA_DIR / "exports"
"""Archives that owners have asked for, for a day."""
