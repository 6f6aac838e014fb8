"""Celery tasks that run in the schema of the server they were sent from."""

from __future__ import annotations

from typing import Any

from celery import Task

from aiworld.errors import Refused
from tenants import outbox
from tenants.context import in_tenant, tenant
from tenants.models import Server


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
