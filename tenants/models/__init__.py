from tenants.models.access import ApiKey, Invitation, Membership, Role
from tenants.models.audit import AuditEntry
from tenants.models.choices import (
    AINotice,
    ClientLinks,
    CodePage,
    Moderation,
    RathenaMode,
    Tier,
)
from tenants.models.handshake import HandshakeAttempt
from tenants.models.idempotency import IdempotentRequest
from tenants.models.job import Job
from tenants.models.llm import ServerLLM
from tenants.models.outbox import Outbox
from tenants.models.server import SchemaTemplate, Server, ServerDomain
from tenants.models.switch import PlatformSwitch

__all__ = [
    "AINotice",
    "ClientLinks",
    "ApiKey",
    "AuditEntry",
    "CodePage",
    "HandshakeAttempt",
    "IdempotentRequest",
    "Invitation",
    "Job",
    "Membership",
    "Moderation",
    "Outbox",
    "PlatformSwitch",
    "RathenaMode",
    "Role",
    "SchemaTemplate",
    "Server",
    "ServerDomain",
    "ServerLLM",
    "Tier",
]
