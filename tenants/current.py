"""Which schema the present task is in, and as whom. ContextVars: they belong to the task, not to a
thread or a connection. Read them anywhere; they are changed by tenants.context and the database
backend alone."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol


class HasSchema(Protocol):
    schema_name: str


@dataclass
class Schema:
    """A schema that no Server row stands for."""

    schema_name: str
    tenant_type: str = ""


PUBLIC: HasSchema = Schema("public")
current: ContextVar[HasSchema] = ContextVar("current_tenant", default=PUBLIC)
owning: ContextVar[bool] = ContextVar("owning", default=False)
"""Whether statements run as the owner of the tables, who may change them."""
