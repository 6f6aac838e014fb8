"""A real inference server on a real socket, in a thread."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager

from inference.credentials import NOBODY
from inference.server import Server
from inference.sockets import listening


@contextmanager
def serving(engine, address, credentials=NOBODY, **options):
    address = str(address)
    if "://" in address:
        options["token"] = credentials.token
        if address.startswith("tls://"):
            options["tls"] = credentials.of_server()
    ready, state = threading.Event(), {}

    async def run(listener):
        state["loop"], state["stop"] = asyncio.get_running_loop(), asyncio.Event()
        asyncio.get_running_loop().call_soon(ready.set)
        await Server(engine, **options).serve(listener, state["stop"])

    with listening(address, credentials) as listener:
        if address.endswith(":0"):  # the one that was free when it was bound
            address = f"{address[:-2]}:{listener.getsockname()[1]}"
        thread = threading.Thread(target=lambda: asyncio.run(run(listener)))
        thread.start()
        assert ready.wait(60)
        try:
            yield address
        finally:
            state["loop"].call_soon_threadsafe(state["stop"].set)
            thread.join()
