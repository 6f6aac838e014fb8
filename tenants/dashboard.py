"""First page of the platform's admin, and the name above a server's."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from tenants import health, outbox
from tenants.models import Outbox, Server

SHOWN_SERVERS = 100


def platform(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    return context | {
        "servers": Server.objects.order_by("-last_handshake_at", "name")[:SHOWN_SERVERS],
        "checks": health.checks(),
        "waiting": outbox.in_state(Outbox.objects.all(), "waiting").count(),
        "dead": outbox.in_state(Outbox.objects.all(), "dead letter").count(),
    }


def server_name(request: HttpRequest) -> str:
    server = getattr(request, "server", None)
    return server.name if isinstance(server, Server) else ""
