"""`manage.py grpcserver`: the door map-servers knock at."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser
from typing import Any

import uvloop
from django.conf import settings
from django.core.management.base import BaseCommand

from grpc_api.server import serve


class Command(BaseCommand):
    help = "Serve aiworld.v1 over gRPC."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.GRPC_HOST)
        parser.add_argument("--port", type=int, default=settings.GRPC_PORT)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve(host, port))
