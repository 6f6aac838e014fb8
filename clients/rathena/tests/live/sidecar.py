# SPDX-License-Identifier: GPL-3.0-or-later
"""An AI World that decides after a fixed time, for measuring the other side of the wire.

python -m clients.rathena.tests.live.sidecar [port] [milliseconds]
"""

from __future__ import annotations

import asyncio
import os
import signal
import statistics
import sys
import time
from typing import Any

import grpc

from grpc_api.pb.aiworld.v1 import dialogue_pb2, npcs_pb2, server_pb2

FEATURES = ("Dialogue.Talk", "Dialogue.Decide", "Npcs.SyncNpcs")


def answers(milliseconds: int, took: list[float]) -> list[grpc.GenericRpcHandler]:
    """`took`: how long it really thought when it had one call at a time, in milliseconds."""
    thinking = 0

    async def greet(request: Any, context: Any) -> Any:
        return server_pb2.HandshakeReply(
            server_id="server-fixed",
            schema_name="server_fixed",
            protocol_version=1,
            features=FEATURES,
            code_page="cp1252",
        )

    async def decide(request: Any, context: Any) -> Any:
        nonlocal thinking
        thinking += 1
        began, alone = time.perf_counter(), thinking == 1
        await asyncio.sleep(milliseconds / 1000)
        if alone and thinking == 1:
            took.append((time.perf_counter() - began) * 1000)
        thinking -= 1
        return dialogue_pb2.DecideReply(chosen=0)

    async def sync(request: Any, context: Any) -> Any:
        return npcs_pb2.SyncNpcsReply()

    def unary(act: Any, request: Any, reply: Any) -> grpc.RpcMethodHandler:
        return grpc.unary_unary_rpc_method_handler(
            act,
            request_deserializer=request.FromString,
            response_serializer=reply.SerializeToString,
        )

    services = {
        "aiworld.v1.Server": {
            "Handshake": unary(greet, server_pb2.HandshakeRequest, server_pb2.HandshakeReply)
        },
        "aiworld.v1.Dialogue": {
            "Decide": unary(decide, dialogue_pb2.DecideRequest, dialogue_pb2.DecideReply)
        },
        "aiworld.v1.Npcs": {
            "SyncNpcs": unary(sync, npcs_pb2.SyncNpcsRequest, npcs_pb2.SyncNpcsReply)
        },
    }
    return [grpc.method_handlers_generic_handler(name, calls) for name, calls in services.items()]


async def serve(port: int, milliseconds: int) -> None:
    """Until SIGTERM or SIGINT."""
    options = [
        ("grpc.http2.min_ping_interval_without_data_ms", 5_000),
        ("grpc.keepalive_permit_without_calls", 1),
    ]
    took: list[float] = []
    server = grpc.aio.server(options=options)
    server.add_generic_rpc_handlers(tuple(answers(milliseconds, took)))
    found = server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    print(f"port {found}", flush=True)
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    await over.wait()
    await server.stop(0)
    if took:
        print(f"thought {len(took)} times, p50 {statistics.median(took):.2f} ms", flush=True)


if __name__ == "__main__":
    os.nice(5)  # as `make up` does
    arguments = [int(value) for value in sys.argv[1:3]]
    asyncio.run(serve(*(arguments + [50982, 150][len(arguments) :])))
