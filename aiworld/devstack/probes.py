"""Is it ready? Each asks once, waits a second at most, and answers yes or no."""

import http.client
import socket
import ssl
import struct
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import grpc
import msgpack
from celery import Celery
from grpc_health.v1 import health_pb2, health_pb2_grpc

FRAME = struct.Struct(">I")
WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # nosec B104: asked, not bound


def infers(address: str, token: str = "", authority: str = "") -> bool:  # nosec B107: there is none
    """Asks the inference process for its health: a frame is a length and a msgpack map. Over TCP
    it wants to hear the token first."""
    hello = [{"op": "hello", "token": token}] if "://" in address else []
    frames = [msgpack.packb(each) for each in (*hello, {"id": 1, "op": "health"})]
    try:
        with _connected(address, authority) as client:
            client.sendall(b"".join(FRAME.pack(len(frame)) + frame for frame in frames))
            file = client.makefile("rb")
            return all(_told(file)["ok"] for _ in frames)
    except (OSError, ValueError, KeyError, struct.error):
        return False


def _told(file: BinaryIO) -> Any:
    (length,) = FRAME.unpack(file.read(FRAME.size))
    return msgpack.unpackb(file.read(length))


def serves(host: str, port: str) -> bool:
    request = health_pb2.HealthCheckRequest()
    with grpc.insecure_channel(_address(host, port)) as channel:
        try:
            reply = health_pb2_grpc.HealthStub(channel).Check(request, timeout=1)
        except grpc.RpcError:
            return False
    return bool(reply.status == health_pb2.HealthCheckResponse.SERVING)


def shakes_hands(host: str, port: str) -> bool:
    """A server that speaks TLS shows its certificate and takes HTTP/2. Whose it is, clients ask."""
    return shown(host, int(port)) is not None


def shown(host: str, port: int) -> bytes | None:
    """The certificate (DER) of a TLS server for HTTP/2; None if there is none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    try:
        with (
            socket.create_connection((local(host), port), timeout=1) as plain,
            context.wrap_socket(plain) as client,
        ):
            return client.getpeercert(True) if client.selected_alpn_protocol() == "h2" else None
    except OSError:
        return None


def answers(host: str, port: str, path: str) -> bool:
    connection = http.client.HTTPConnection(local(host), int(port), timeout=1)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def works(broker: str, node: str) -> bool:
    return bool(_control(broker).ping(destination=[node], timeout=0.5))


def written(path: Path, since: float) -> bool:
    """Some database libraries add an ending to the name they are given."""
    return any(
        file.stat().st_mtime >= since
        for file in path.parent.glob(f"{path.name}*")
        if file.is_file()
    )


def local(host: str) -> str:
    """The address under which this machine reaches a server that listens on `host`."""
    return WILDCARDS.get(host, host)


def _connected(address: str, authority: str = "") -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme in ("tcp", "tls"):
        tls = parts.scheme == "tls"
        context = ssl.create_default_context(cafile=authority or None) if tls else None
        plain = socket.create_connection((parts.hostname, parts.port or 0), timeout=1)
        return context.wrap_socket(plain, server_hostname=parts.hostname) if context else plain
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(1)
    try:
        client.connect(address)
    except OSError:
        client.close()
        raise
    return client


def _address(host: str, port: str) -> str:
    host = local(host)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


@cache
def _control(broker: str) -> Any:
    return Celery(broker=broker, set_as_current=False).control
