from __future__ import annotations

from contextlib import ExitStack

import pytest

from aiworld.errors import Unavailable
from tenants.congestion import PATIENCE, Congestion


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def test_calls_are_refused_at_once_while_every_thread_hangs_and_not_before_or_after():
    clock = Clock()
    congestion = Congestion(2, clock)
    with ExitStack() as first:
        first.enter_context(congestion.unit())
        clock.now += PATIENCE + 1
        congestion.check()  # one hangs, the other thread is free
        second = ExitStack()
        second.enter_context(congestion.unit())
        congestion.check()  # the other has only begun
        clock.now += PATIENCE + 1
        with pytest.raises(Unavailable, match="does not answer") as refused:
            congestion.check()
        assert refused.value.retry_after == 1
        second.close()
        congestion.check()
    congestion.check()


def test_a_unit_that_fails_is_over_too():
    clock = Clock()
    congestion = Congestion(1, clock)
    with pytest.raises(ValueError), congestion.unit():
        raise ValueError
    clock.now += PATIENCE + 1
    congestion.check()
