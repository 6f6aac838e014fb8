"""Server: Handshake."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from google.protobuf.timestamp_pb2 import Timestamp

from aiworld import __version__
from aiworld.errors import SwitchedOff
from grpc_api.interceptors.base import Context
from grpc_api.interceptors.tenant import check_claim
from grpc_api.pb.aiworld.v1 import server_pb2, server_pb2_grpc
from grpc_api.servicers.catalogue import features
from tenants.context import run_in_public, tenant
from tenants.models import Server as ServerRow

PROTOCOL_VERSION = 1


class Server(server_pb2_grpc.ServerServicer):
    async def Handshake(
        self, request: server_pb2.HandshakeRequest, context: Context
    ) -> server_pb2.HandshakeReply:
        server = tenant()
        check_claim(server, request.game_server_id)
        if request.protocol_version != PROTOCOL_VERSION:
            raise SwitchedOff(
                f"this platform speaks protocol version {PROTOCOL_VERSION}, the client speaks "
                f"{request.protocol_version}; update the older of the two",
                field="protocol_version",
            )
        await run_in_public(_note, server.pk)
        return greeting(server)


def _note(pk: int) -> None:
    ServerRow.objects.filter(pk=pk).update(last_handshake_at=timezone.now())


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
        ),
        code_page=server.code_page,
        language=server.language,
        now=now,
        platform_version=__version__,
    )
