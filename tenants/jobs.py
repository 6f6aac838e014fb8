"""Celery tasks that run in the schema of the server they were sent from, and those that somebody
watches."""

from __future__ import annotations

import logging
from typing import Any

from celery import Task
from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_noop

from aiworld.errors import AIWorldError, Refused
from tenants import outbox, server_jobs
from tenants.context import in_tenant, tenant
from tenants.models import Server

log = logging.getLogger(__name__)
TOO_LONG = gettext_noop("It took too long and was stopped; nothing was changed. Try again later.")
BROKEN = gettext_noop(
    "Something is wrong here, and nothing was changed. Try again; if it happens again, tell the "
    "operator of this installation the number of this job."
)


class ServerTask(Task):  # type: ignore[misc]
    """Its messages carry the server's public id. A message without one, or of a server that is
    gone or suspended, is refused before any query reaches a schema."""

    abstract = True

    def apply_async(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:
        headers = {"server_id": tenant().server_id} | (options.pop("headers", None) or {})
        return super().apply_async(args, kwargs, headers=headers, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        server_id = self.request.get("server_id") or (self.request.headers or {}).get("server_id")
        server = server_id and Server.objects.active().filter(server_id=server_id).first()
        if not server:
            raise Refused(f"task {self.name} names no active server")
        with in_tenant(server):
            result = super().__call__(*args, **kwargs)
        if row := self._outbox_row():
            outbox.done(row)
        return result

    def _outbox_row(self) -> int | None:
        return self.request.get("outbox_id") or (self.request.headers or {}).get("outbox_id")


class JobTask(Task):  # type: ignore[misc]
    """Its argument is a job's id; its function gets the `Work` and returns the job's result, or
    None if it has called `finish` itself. However it ends, the job says so."""

    abstract = True

    def __call__(self, job_id: str) -> None:
        work = server_jobs.begin(job_id)
        if work is None:
            return
        try:
            result = super().__call__(work)
            if result is not None:
                server_jobs.finish(work, result)
        except AIWorldError as error:
            server_jobs.fail(work, error.message)
        except ValidationError as error:
            server_jobs.fail(work, " ".join(error.messages))
        except SoftTimeLimitExceeded:
            server_jobs.fail(work, TOO_LONG)
        except Exception:
            log.exception("job %s failed", job_id)
            server_jobs.fail(work, BROKEN)
