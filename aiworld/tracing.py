"""Traces of OpenTelemetry: how long each part of a call took, across processes. Off unless
TRACES_ENDPOINT says where they go; then nothing of it costs more than an `if`.

A span has a name, times and a few plain words: never what was said, no key, no player."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import AttributeValue

from aiworld import __version__

HEADER = "traceparent"
_propagator = TraceContextTextMapPropagator()
_given: list[Any] = []


def use(provider: Any) -> None:
    """Traces go to this provider from now on; to none with None."""
    _given[:] = [provider] if provider else []


def on() -> bool:
    return bool(_given or settings.TRACES_ENDPOINT)


@contextmanager
def span(name: str, parent: Context | None = None, **told: AttributeValue) -> Iterator[None]:
    """Around a part of the work; what is raised goes on and is noted by its kind."""
    current = begun(name, parent, **told)
    error = ""
    try:
        with within(current):
            yield
    except BaseException as raised:
        error = type(raised).__name__
        raise
    finally:
        ended(current, error)


def begun(name: str, parent: Context | None = None, **told: AttributeValue) -> trace.Span:
    """A span that its caller ends, for what has no block around it, such as a stream. One that
    says nothing to anybody while traces are off."""
    if not on():
        return trace.INVALID_SPAN
    return _tracer().start_span(name, context=parent, attributes=told)


def within(span: trace.Span) -> AbstractContextManager[Any]:
    """What begins in this block is a part of that span."""
    if span is trace.INVALID_SPAN:
        return nullcontext()
    return trace.use_span(span, record_exception=False, set_status_on_exception=False)


def ended(span: trace.Span, error: str = "", **told: AttributeValue) -> None:
    """`error`: the kind of it."""
    span.set_attributes(told)
    if error:
        span.set_attribute("error.type", error)
        span.set_status(trace.StatusCode.ERROR)
    span.end()


def tell(**told: AttributeValue) -> None:
    """More about the part of the work that is being done."""
    trace.get_current_span().set_attributes(told)


def parent_of(headers: Mapping[str, str]) -> Context | None:
    """Whom a message continues, by its W3C `traceparent`; None if it does not say."""
    return _propagator.extract(headers) if on() and HEADER in headers else None


def inject(headers: dict[str, str]) -> None:
    """What a message has to carry so that its receiver goes on with this trace."""
    if on():
        _propagator.inject(headers)


def _tracer() -> trace.Tracer:
    provider = _given[0] if _given else _provider(os.getpid())
    tracer: trace.Tracer = provider.get_tracer("aiworld", __version__)
    return tracer


@cache
def _provider(pid: int) -> Any:
    """One for each process: the thread that sends does not outlive a fork. By name, since it
    imports what only those need who trace."""
    return import_module("aiworld.trace_export").provider()
