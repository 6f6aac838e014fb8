"""manage.py inferenceserver: the one process that owns the models."""

from __future__ import annotations

import asyncio
import signal
import socket
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from aiworld.errors import AIWorldError
from inference import lineup
from inference.backends.chosen import credentials
from inference.engine import Engine
from inference.server import Server
from inference.sockets import InUse, listening


class Command(BaseCommand):
    help = "Answers model requests on INFERENCE_SOCKET until SIGTERM or SIGINT."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--socket", default=settings.INFERENCE_SOCKET)
        parser.add_argument(
            "--memory-mib", type=int, default=settings.ML_MEMORY_MIB, help="for all models together"
        )
        parser.add_argument("--max-queue", type=int, default=1024, help="texts waiting per model")
        parser.add_argument(
            "--workers", type=int, default=settings.ML_WORKERS, help="threads of the encoder"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        address, known = options["socket"], credentials()
        try:
            tls = known.of_server() if address.startswith("tls://") else None
            with listening(address, known) as listener:
                engine = Engine(
                    lineup.models(),
                    lineup.folders(),
                    memory_budget=options["memory_mib"] * 2**20,
                    max_queue=options["max_queue"],
                    workers=options["workers"],
                    batch_size=settings.ML_BATCH_SIZE,
                )
                try:
                    server = Server(engine, token=known.token, tls=tls)
                    asyncio.run(self._serve(server, engine, listener, address))
                finally:
                    engine.close()
        except (InUse, AIWorldError, OSError) as error:
            raise CommandError(str(error)) from error

    async def _serve(
        self, server: Server, engine: Engine, listener: socket.socket, address: str
    ) -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await asyncio.to_thread(engine.warm_up)
        states = _summary([about["state"] for about in engine.status().values()])
        self.stdout.write(f"inference server ready at {address} ({states})")
        self.stdout.flush()
        await server.serve(listener, stop)


def _summary(states: list[str]) -> str:
    """How many models are in which state."""
    return ", ".join(f"{number} {state}" for state, number in Counter(states).most_common())
