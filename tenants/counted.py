"""Tasks of the queue: counted, named in the log, traced. Connected when the apps are ready."""

from __future__ import annotations

import time
from contextvars import ContextVar
from typing import Any

from celery.signals import before_task_publish, task_postrun, task_prerun

from aiworld import measures, tracing
from aiworld.logs import About, about

_began: ContextVar[float] = ContextVar("began", default=0.0)

_traced: ContextVar[Any] = ContextVar("traced", default=None)


@before_task_publish.connect(dispatch_uid="aiworld traces tasks")
def hand_on(headers: dict[str, Any] | None = None, **kwargs: Any) -> None:
    if headers is not None:
        tracing.inject(headers)


@task_prerun.connect(dispatch_uid="aiworld counts tasks")
def begin(task_id: str = "", task: Any = None, **kwargs: Any) -> None:
    _began.set(time.perf_counter())
    about.set(About(task.name, task_id))
    header = task.request.get(tracing.HEADER) or (task.request.headers or {}).get(tracing.HEADER)
    parent = tracing.parent_of({tracing.HEADER: header} if header else {})
    span = tracing.begun(task.name, parent)
    within = tracing.within(span)
    within.__enter__()
    _traced.set((span, within))


@task_postrun.connect(dispatch_uid="aiworld counted tasks")
def end(task: Any = None, state: str | None = None, **kwargs: Any) -> None:
    measures.tasks.labels(task.name, state or "UNKNOWN").inc()
    measures.task_seconds.labels(task.name).observe(time.perf_counter() - _began.get())
    about.set(About())
    if traced := _traced.get():
        span, within = traced
        within.__exit__(None, None, None)
        tracing.ended(span, "" if state == "SUCCESS" else state or "UNKNOWN")
        _traced.set(None)
