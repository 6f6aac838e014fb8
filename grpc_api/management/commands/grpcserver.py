"""`manage.py grpcserver`: the door map-servers knock at."""

from __future__ import annotations

import asyncio
import socket
import sys
from argparse import SUPPRESS, ArgumentParser
from typing import Any

import uvloop
from django.conf import settings
from django.core.management.base import BaseCommand

from aiworld.later_logs import written_later
from grpc_api.processes import Processes
from grpc_api.server import serve


class Command(BaseCommand):
    help = (
        "Serve aiworld.v1 over gRPC. SIGHUP renews the processes one by one, if there are several."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.GRPC_HOST)
        parser.add_argument("--port", type=int, default=settings.GRPC_PORT)
        parser.add_argument("--processes", type=int, default=settings.GRPC_PROCESSES)
        # Given by Processes to its own.
        parser.add_argument("--link", type=int, default=None, help=SUPPRESS)

    def handle(
        self, *args: Any, host: str, port: int, processes: int, link: int | None, **options: Any
    ) -> None:
        if link is None and processes > 1:
            sys.exit(Processes(host, port, processes).run())
        parent = socket.socket(fileno=link) if link is not None else None
        loop = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        with written_later(), loop as runner:
            runner.run(serve(host, port, parent))
