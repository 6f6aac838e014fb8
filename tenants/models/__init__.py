from tenants.models.access import ApiKey, Membership, Role
from tenants.models.outbox import Outbox
from tenants.models.server import CodePage, SchemaTemplate, Server, ServerDomain, Tier

__all__ = [
    "ApiKey",
    "CodePage",
    "Membership",
    "Outbox",
    "Role",
    "SchemaTemplate",
    "Server",
    "ServerDomain",
    "Tier",
]
