"""The baseline of the dialogue measurement: a gRPC server of the same kind that gives back what it
is sent. python -m benchmarks.echo PORT OPTIONS (JSON list of pairs)"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import grpc
import uvloop

METHOD = "/benchmark.Echo/Echo"


async def echo(request: bytes, context: Any) -> bytes:
    return request


async def serve(port: int, options: list[tuple[str, int]]) -> None:
    server = grpc.aio.server(options=options)
    handler = grpc.unary_unary_rpc_method_handler(echo)
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler("benchmark.Echo", {"Echo": handler}),)
    )
    server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    await server.wait_for_termination()


def main() -> None:
    port, options = int(sys.argv[1]), [tuple(pair) for pair in json.loads(sys.argv[2])]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(port, options))


if __name__ == "__main__":
    main()
