from __future__ import annotations

import asyncio
import gc

from aiworld.loops import PerLoop


class Things:
    def __init__(self):
        self.made, self.closed = 0, 0
        self.of = PerLoop(self.make, self.close)

    def make(self):
        self.made += 1
        return self.made

    async def close(self, thing):
        await asyncio.sleep(0)
        self.closed += 1


def test_every_loop_has_one_and_it_is_closed_with_the_loop():
    things = Things()

    async def twice():
        assert things.of.get() == things.of.get()

    asyncio.run(twice())
    asyncio.run(twice())
    assert (things.made, things.closed) == (2, 2)


def test_what_is_asked_for_while_a_loop_ends_is_forgotten_later():
    things = Things()

    async def late():
        try:
            await asyncio.Event().wait()
        finally:
            things.of.get()

    async def ends():
        asyncio.ensure_future(late())
        await asyncio.sleep(0)

    async def asks():
        things.of.get()

    asyncio.run(ends())
    asyncio.run(asks())
    gc.collect()
    assert (things.made, things.closed) == (2, 1)
    assert not things.of._held
