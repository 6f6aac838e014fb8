"""REST: the platform, and a server by itself."""

from tenants.api.platform import DetailedHealth, Health, Metrics, Nothing, ProblemKind
from tenants.api.servers import Keys, OwnServer, Register, RotateKeys

ROUTES = (("keys", Keys),)

__all__ = [
    "ROUTES",
    "DetailedHealth",
    "Health",
    "Keys",
    "Metrics",
    "Nothing",
    "OwnServer",
    "ProblemKind",
    "Register",
    "RotateKeys",
]
