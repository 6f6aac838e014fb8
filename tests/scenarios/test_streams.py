"""A stream goes on at another process: a real gRPC server, killed while it is read."""

import os
import socket
import subprocess
import sys

import grpc
import pytest
from django.db import connection
from django.utils import timezone

from grpc_api.pb.aiworld.v1 import world_pb2, world_pb2_grpc
from tenants.context import in_tenant
from world.models import WorldEvent

STARTED = 60.0
"""Seconds; far more than is needed, on a busy machine too."""


@pytest.fixture
def mortal(committed):
    """A gRPC server in a process of its own, and a stub of it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "manage.py", "grpcserver", "--host", "127.0.0.1", "--port", port],
        env=os.environ | {"POSTGRES_DB": connection.settings_dict["NAME"]},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            grpc.channel_ready_future(channel).result(timeout=STARTED)
            yield process, world_pb2_grpc.WorldStub(channel)
    finally:
        process.kill()
        process.wait(20)


def happen(server, *titles):
    with in_tenant(server):
        for title in titles:
            WorldEvent.objects.create(
                kind="festival", title=title, status="active", starts_at=timezone.now()
            )


def test_a_reader_goes_on_at_another_process_when_its_own_was_killed(
    mortal, stubs, server, metadata
):
    process, first = mortal
    happen(server, "E0", "E1")

    def listen(stub, cursor, **fields):
        request = world_pb2.StreamWorldEventsRequest(cursor=cursor, **fields)
        call = stub.StreamWorldEvents(request, metadata=metadata, timeout=60)
        return (message for message in call if message.HasField("event"))

    heard = listen(first, "0")
    assert next(heard).event.title == "E0"
    last = next(heard)
    happen(server, "E2")
    assert next(heard).event.title == "E2", "told, but not yet done by the reader"
    process.kill()
    with pytest.raises(grpc.RpcError) as error:
        next(heard)
    assert error.value.code() == grpc.StatusCode.UNAVAILABLE
    happen(server, "E3")
    again = [message.event.title for message in listen(stubs.world, last.cursor, max_seconds=1)]
    assert again == ["E2", "E3"]
