"""The gRPC server: services, interceptors, limits of the transport."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from pathlib import Path
from typing import Any

import grpc
from django.conf import settings
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from aiworld.errors import Invalid
from grpc_api.interceptors.errors import Errors
from grpc_api.interceptors.limits import Limits
from grpc_api.interceptors.observe import Observe
from grpc_api.interceptors.quota import Quota
from grpc_api.interceptors.tenant import Tenant
from grpc_api.pb.aiworld.v1 import (
    dialogue_pb2_grpc,
    npcs_pb2_grpc,
    quests_pb2_grpc,
    server_pb2_grpc,
    society_pb2_grpc,
    world_pb2_grpc,
)
from grpc_api.servicers.catalogue import SERVICES
from grpc_api.servicers.dialogue import Dialogue
from grpc_api.servicers.npcs import Npcs
from grpc_api.servicers.quests import Quests
from grpc_api.servicers.server import Server
from grpc_api.servicers.society import Society
from grpc_api.servicers.world import World
from grpc_api.streams import streams
from grpc_api.tls.credentials import Paths, server_credentials
from grpc_api.tls.revocation import read_list
from npcs import mind

log = logging.getLogger(__name__)
GRACE = 8.0
"""Seconds that calls in flight may go on after SIGTERM."""
READY = b"1"
"""What a parent is told."""


def options(*, shared: bool = False) -> list[tuple[str, int]]:
    """The map-server pings every 30 s without calls; gRPC's defaults would kick it for that.
    `shared`: other processes listen on the same port (grpc_api/processes.py)."""
    return [
        ("grpc.max_receive_message_length", settings.GRPC_MAX_MESSAGE_BYTES),
        ("grpc.max_metadata_size", 8 * 1024),
        ("grpc.max_concurrent_streams", 1000),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
        ("grpc.http2.max_ping_strikes", 2),
        # A map-server whose machine vanished is noticed within 80 s, and its connection closed.
        ("grpc.keepalive_time_ms", 60_000),
        ("grpc.keepalive_timeout_ms", 20_000),
        ("grpc.server_handshake_timeout_ms", 5_000),
        ("grpc.max_connection_age_ms", settings.GRPC_MAX_CONNECTION_AGE * 1000),
        ("grpc.max_connection_age_grace_ms", settings.GRPC_MAX_CONNECTION_AGE_GRACE * 1000),
        ("grpc.so_reuseport", int(shared)),
    ]


def build(*, shared: bool = False) -> tuple[grpc.aio.Server, Any]:
    # From the outside in: what is outermost sees how the call really ended.
    server = grpc.aio.server(
        interceptors=[Observe(), Errors(), Limits(), Tenant(), Quota()],
        options=options(shared=shared),
    )
    server_pb2_grpc.add_ServerServicer_to_server(Server(), server)
    dialogue_pb2_grpc.add_DialogueServicer_to_server(Dialogue(), server)
    npcs_pb2_grpc.add_NpcsServicer_to_server(Npcs(), server)
    society_pb2_grpc.add_SocietyServicer_to_server(Society(), server)
    quests_pb2_grpc.add_QuestsServicer_to_server(Quests(), server)
    world_pb2_grpc.add_WorldServicer_to_server(World(), server)
    checks: Any = health.aio.HealthServicer()  # type: ignore[attr-defined]
    health_pb2_grpc.add_HealthServicer_to_server(checks, server)
    names = [service.full_name for service in SERVICES]
    reflection.enable_server_reflection(
        [*names, health.SERVICE_NAME, reflection.SERVICE_NAME], server
    )
    return server, checks


async def serve(host: str, port: int, parent: socket.socket | None = None) -> None:
    """Run until SIGTERM or SIGINT, then let calls in flight finish. `parent`: told when calls are
    answered; when it has gone, so do we."""
    server, checks = build(shared=parent is not None)
    mind.warm_up()  # before it listens: from then on it gets its share of the connections
    bound = listen(server, f"{host}:{port}")
    await server.start()
    for service in ["", *(service.full_name for service in SERVICES)]:
        await checks.set(service, health_pb2.HealthCheckResponse.SERVING)
    log.info("gRPC listens on %s:%s, %s", host, bound, "TLS" if tls_paths() else "no TLS")
    await _stop_signal(parent)
    await checks.enter_graceful_shutdown()
    streams.stopping = True
    await server.stop(GRACE)


def listen(server: grpc.aio.Server, address: str) -> int:
    """The port. Ends the process, with a line that says why, if it cannot."""
    paths = tls_paths()
    try:
        if settings.GRPC_TLS_CRL:
            read_list(Path(settings.GRPC_TLS_CRL), Path(settings.GRPC_TLS_CLIENT_CA))
        if paths:
            return server.add_secure_port(address, server_credentials(paths))
        return server.add_insecure_port(address)
    except (RuntimeError, Invalid) as error:
        raise SystemExit(f"gRPC cannot listen on {address}: {error}") from None


def tls_paths() -> Paths | None:
    """As set; None without TLS."""
    if not settings.GRPC_TLS_CERT:
        return None
    trusted = settings.GRPC_TLS_CLIENT_CA
    return Paths(
        certificate=Path(settings.GRPC_TLS_CERT),
        key=Path(settings.GRPC_TLS_KEY),
        client_authorities=Path(trusted) if trusted else None,
    )


async def _stop_signal(parent: socket.socket | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    if parent:
        parent.sendall(READY)
        loop.add_reader(parent, stop.set)
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    await stop.wait()
