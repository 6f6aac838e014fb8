"""A real inference server on a real socket, in a thread."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager

from inference.server import Server
from inference.sockets import listening


@contextmanager
def serving(engine, address, **options):
    ready, state = threading.Event(), {}

    async def run(listener):
        state["loop"], state["stop"] = asyncio.get_running_loop(), asyncio.Event()
        asyncio.get_running_loop().call_soon(ready.set)
        await Server(engine, **options).serve(listener, state["stop"])

    with listening(str(address)) as listener:
        thread = threading.Thread(target=lambda: asyncio.run(run(listener)))
        thread.start()
        assert ready.wait(5)
        try:
            yield str(address)
        finally:
            state["loop"].call_soon_threadsafe(state["stop"].set)
            thread.join()
