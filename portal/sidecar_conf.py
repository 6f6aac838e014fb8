"""What a map-server's `conf/import/ai_sidecar.conf` has to say."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port

from tenants.models import Server

LINES = """\
// {name}
ai_sidecar_enabled: yes
ai_sidecar_endpoint: {endpoint}
ai_sidecar_tls_enabled: {tls}
ai_sidecar_game_server_id: {server_id}
ai_sidecar_api_key: {key}
// While this platform is away, NPCs run their own scripts as before.
ai_sidecar_fallback_to_legacy: yes
ai_sidecar_fallback_after_errors: 3
ai_sidecar_timeout_ms: 5000
"""


def sidecar_conf(server: Server, *, key: str, endpoint: str) -> str:
    return LINES.format(
        name="".join(each for each in server.name if each.isprintable()),
        endpoint=endpoint,
        tls="yes" if settings.GRPC_PUBLIC_TLS else "no",
        server_id=server.server_id,
        key=key,
    )


def endpoint(request: HttpRequest) -> str:
    """host:port of the game's door: as set, or beside the pages' own host."""
    host = split_domain_port(request.get_host())[0] or "127.0.0.1"
    return settings.GRPC_PUBLIC_ENDPOINT or f"{host}:{settings.GRPC_PORT}"
