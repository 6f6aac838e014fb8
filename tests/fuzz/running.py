"""Fuzzing: properties of the parsers that meet other people's bytes, for as long as there is time.

A module here is one parser. Its properties share its seconds: none is set and each draws its
examples once; CI and `make fuzz` give a module 60 (SECONDS=600 for more; docs/decisions/0042).
What fails is shrunk and printed with how to draw it again."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from contextlib import contextmanager
from functools import wraps

from hypothesis import HealthCheck, given, settings

SECONDS = float(os.environ.get("FUZZ_SECONDS") or (60 if os.environ.get("CI") == "true" else 0))
EXAMPLES = 50
"""Of a property, before the next round or the next property."""
ENDLESS = 10.0
"""Seconds of CPU after which what reads some kilobytes is taken to read for ever. It reads them in
milliseconds."""
SHORTENED = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large)
properties = Counter()
drawn = Counter()


def fuzz(*strategies, **named):
    """A property, drawn anew until its share of the time is over. In CI Hypothesis would draw the
    same examples each round: `derandomize` is off."""

    def decorated(test):
        properties[test.__module__] += 1
        module = test.__module__

        @wraps(test)
        def counted(*arguments, **more):
            drawn[module] += 1
            with ends():
                test(*arguments, **more)

        once = settings(
            max_examples=EXAMPLES, deadline=None, derandomize=False, database=None,
            print_blob=True, suppress_health_check=SHORTENED,
        )(given(*strategies, **named)(counted))  # fmt: skip

        def until_the_time_is_over():
            ends_at = time.monotonic() + SECONDS / properties[module]
            while True:
                once()
                if time.monotonic() >= ends_at:
                    return

        until_the_time_is_over.__name__ = test.__name__
        until_the_time_is_over.__doc__ = test.__doc__
        return until_the_time_is_over

    return decorated


class Endless(BaseException):
    """No `except Exception` of what is tested may swallow it."""


@contextmanager
def ends():
    """Raises Endless in what takes too long; of the CPU's time, so that a busy machine does not
    count."""

    def stop(number, frame):
        raise Endless(f"still at it after {ENDLESS} s of CPU")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, ENDLESS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def storable(text):
    """PostgreSQL takes it: no NUL, no half of a surrogate pair."""
    text.encode("utf-8")
    assert "\0" not in text
    return True
