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
from inference.adapters.base import Folders
from inference.catalogue import everything
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

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.ML_MODEL_PATH
        folders = Folders(models=path, cache=path / "graphs", device=settings.ML_DEVICE)
        try:
            with listening(options["socket"]) as listener:
                budget, queue = options["memory_mib"] * 2**20, options["max_queue"]
                fleet = everything(visual=settings.LOAD_VISUAL_MODELS)
                engine = Engine(fleet, folders, memory_budget=budget, max_queue=queue)
                try:
                    asyncio.run(self._serve(engine, listener, options["socket"]))
                finally:
                    engine.close()
        except (InUse, AIWorldError, OSError) as error:
            raise CommandError(str(error)) from error

    async def _serve(self, engine: Engine, listener: socket.socket, address: str) -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await asyncio.to_thread(engine.warm_up)
        states = _summary([about["state"] for about in engine.status().values()])
        self.stdout.write(f"inference server ready at {address} ({states})")
        self.stdout.flush()
        await Server(engine).serve(listener, stop)


def _summary(states: list[str]) -> str:
    """How many models are in which state."""
    return ", ".join(f"{number} {state}" for state, number in Counter(states).most_common())
