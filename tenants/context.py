"""The only place that enters a server's schema."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from aiworld.errors import Unavailable
from tenants.congestion import Congestion
from tenants.current import PUBLIC, HasSchema, current, owning
from tenants.models import Server

P = ParamSpec("P")
T = TypeVar("T")


def tenant() -> Server:
    """The server whose schema this task is in. Raises LookupError outside of one."""
    now = current.get()
    if not isinstance(now, Server):
        raise LookupError("no game server's schema is entered here")
    return now


@contextmanager
def in_tenant(server: Server) -> Iterator[Server]:
    """Enter `server`'s schema as its role, which can reach nothing else. Where the schema or the
    role is missing, the first statement raises NotFound."""
    with _at(server, as_owner=False):
        yield server


@contextmanager
def in_schema(schema: HasSchema | None = None) -> Iterator[None]:
    """Enter a schema that no Server row stands for (the template), or `public`."""
    with _at(schema or PUBLIC, as_owner=False):
        yield


@contextmanager
def in_owner(schema: HasSchema | None = None) -> Iterator[None]:
    """Run as the owner of all tables, in `schema` or where the task is: for SQL that makes, changes
    or drops tables, schemas and roles, and for nothing else."""
    with _at(schema or current.get(), as_owner=True):
        yield


@contextmanager
def _at(schema: HasSchema, *, as_owner: bool) -> Iterator[None]:
    where, whose = current.set(schema), owning.set(as_owner)
    try:
        yield
    finally:
        owning.reset(whose)
        current.reset(where)


def each_tenant(*, shuffled: bool = False) -> Iterator[Server]:
    """Every server that answers calls, each entered while it is yielded. `shuffled`: in another
    order each time, so that where time runs out it is not always the same who wait."""
    with in_schema():
        servers = list(Server.objects.active())
    if shuffled:
        random.shuffle(servers)  # nosec B311: no secret
    for server in servers:
        with in_tenant(server):
            yield server


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings.GRPC_DB_THREADS, thread_name_prefix="unit")


@cache
def _congestion() -> Congestion:
    return Congestion(settings.GRPC_DB_THREADS)


def check_database() -> None:
    """Raises Unavailable while the database hangs."""
    _congestion().check()


async def run_in_tenant(
    server: Server, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Run one whole unit of reading or writing in its own thread, in `server`'s schema.

    Whatever the caller awaits between two units holds neither a thread nor a connection."""

    def unit() -> T:
        with in_tenant(server), congestion.unit():
            return _with_live_connection(function, *args, **kwargs)

    congestion = _congestion()
    congestion.check()
    return await asyncio.get_running_loop().run_in_executor(_threads(), unit)


async def run_in_public(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The same for the tables all servers share."""

    def unit() -> T:
        with congestion.unit():
            return _with_live_connection(function, *args, **kwargs)

    congestion = _congestion()
    congestion.check()
    return await asyncio.get_running_loop().run_in_executor(_threads(), unit)


def _with_live_connection(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    # These threads keep their connection. One that died while idle (PostgreSQL restarted) shows
    # itself at the first statement; units are idempotent by request id, so one more try is safe.
    try:
        return function(*args, **kwargs)
    except (OperationalError, InterfaceError) as error:
        if not _may_pass(error):
            raise
        connection.close()
    try:
        return function(*args, **kwargs)
    except (OperationalError, InterfaceError) as error:
        connection.close()
        raise Unavailable("the database is away; try again in a moment", retry_after=1) from error


def _may_pass(error: Exception) -> bool:
    """Whether trying again can help: the connection was lost (no SQLSTATE, 08, 57P) or another
    transaction was in the way (40). The connection itself cannot be asked: at the end of a failed
    `atomic` Django has put a new one in its place."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(("08", "40", "57P"))
