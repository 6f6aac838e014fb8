"""Server: Handshake."""

from __future__ import annotations

from django.conf import settings
from google.protobuf.timestamp_pb2 import Timestamp

from aiworld import __version__
from aiworld.errors import Refused, SwitchedOff
from grpc_api import messages
from grpc_api.interceptors.base import Context
from grpc_api.interceptors.tenant import caller_of, check_claim
from grpc_api.pb.aiworld.v1 import server_pb2, server_pb2_grpc
from grpc_api.servicers.catalogue import features
from tenants import handshakes
from tenants.context import run_in_public, tenant
from tenants.handshakes import Outcome
from tenants.models import Server as ServerRow

PROTOCOL_VERSION = 1
VERSION, OTHER_ID = Outcome.WRONG_PROTOCOL, Outcome.WRONG_SERVER_ID
MAX_SERVER_ID = 40


class Server(server_pb2_grpc.ServerServicer):
    async def Handshake(
        self, request: server_pb2.HandshakeRequest, context: Context
    ) -> server_pb2.HandshakeReply:
        server, caller = tenant(), caller_of(request, context)
        try:
            check_claim(server, request.game_server_id)
            check_version(request.protocol_version)
        except Refused as error:
            outcome = VERSION if isinstance(error, SwitchedOff) else OTHER_ID
            detail = told(request, outcome)
            await run_in_public(handshakes.record, server, outcome, caller, detail=detail)
            raise
        sent = request.client_time if request.HasField("client_time") else None
        client_time = messages.moment(sent, field="client_time") if sent else None
        await run_in_public(handshakes.accepted, server, caller, client_time=client_time)
        return greeting(server)


def check_version(version: int) -> None:
    if version != PROTOCOL_VERSION:
        raise SwitchedOff(
            f"this platform speaks protocol version {PROTOCOL_VERSION}, the client speaks "
            f"{version}; update the older of the two",
            field="protocol_version",
        )


def told(request: server_pb2.HandshakeRequest, outcome: str) -> str:
    if outcome == VERSION:
        return f"version {request.protocol_version} instead of {PROTOCOL_VERSION}"
    return messages.label(request.game_server_id, MAX_SERVER_ID)


def greeting(server: ServerRow) -> server_pb2.HandshakeReply:
    now = Timestamp()
    now.GetCurrentTime()
    return server_pb2.HandshakeReply(
        server_id=server.server_id,
        server_name=server.name,
        schema_name=server.schema_name,
        protocol_version=PROTOCOL_VERSION,
        features=features(),
        limits=server_pb2.Limits(
            max_text_length=settings.MAX_TEXT_LENGTH,
            max_message_bytes=settings.GRPC_MAX_MESSAGE_BYTES,
            max_concurrent_requests=settings.MAX_CONCURRENT_REQUESTS,
            request_timeout_ms=int(settings.REQUEST_TIMEOUT * 1000),
            calls_per_minute=server.rate_limit_per_minute,
            calls_per_hour=server.rate_limit_per_hour,
            talks_per_player=server.rate_limit_per_player,
            concurrent_npcs=server.max_concurrent_npcs,
            concurrent_calls=settings.MAX_CONCURRENT_PER_SERVER,
        ),
        code_page=server.code_page,
        language=server.language,
        now=now,
        platform_version=__version__,
    )
