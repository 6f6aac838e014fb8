"""Tasks of the queue, counted and named in the log. Connected when the apps are ready."""

from __future__ import annotations

import time
from contextvars import ContextVar
from typing import Any

from celery.signals import task_postrun, task_prerun

from aiworld import measures
from aiworld.logs import About, about

_began: ContextVar[float] = ContextVar("began", default=0.0)


@task_prerun.connect(dispatch_uid="aiworld counts tasks")
def begin(task_id: str = "", task: Any = None, **kwargs: Any) -> None:
    _began.set(time.perf_counter())
    about.set(About(task.name, task_id))


@task_postrun.connect(dispatch_uid="aiworld counted tasks")
def end(task: Any = None, state: str | None = None, **kwargs: Any) -> None:
    measures.tasks.labels(task.name, state or "UNKNOWN").inc()
    measures.task_seconds.labels(task.name).observe(time.perf_counter() - _began.get())
    about.set(About())
