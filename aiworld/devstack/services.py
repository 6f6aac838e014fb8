"""Starts the database and the two Valkeys, or asks the given ones for an answer."""

from collections.abc import Mapping

import psycopg
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from aiworld.devstack.account import Account
from aiworld.devstack.environment import Plan
from aiworld.devstack.errors import StackError
from aiworld.devstack.folders import Folders
from aiworld.devstack.postgres import Postgres
from aiworld.devstack.supervisor import Supervisor
from aiworld.devstack.valkey import BRIEF_BROKER, BROKER, CACHE, Valkey

PATIENCE = 60.0


def start_postgres(
    supervisor: Supervisor, folders: Folders, plan: Plan, account: Account | None, *, durable: bool
) -> Postgres:
    server = Postgres(
        home=folders.postgres,
        sockets=folders.sockets / "postgres",
        log=folders.log("postgres"),
        account=account,
        durable=durable,
    )
    server.create(supervisor.run)
    supervisor.wait_ready([supervisor.start(server.program())], seconds=PATIENCE)
    server.prepare(plan.values["POSTGRES_DB"], login=plan.values["POSTGRES_USER"])
    return server


def start_valkeys(supervisor: Supervisor, folders: Folders, plan: Plan, *, durable: bool) -> None:
    wanted = {
        "cache": (plan.embedded_cache, CACHE),
        "broker": (plan.embedded_broker, BROKER if durable else BRIEF_BROKER),
    }
    servers = [
        Valkey(
            name=f"valkey-{name}",
            folder=folders.data / f"valkey-{name}",
            socket=folders.sockets / f"{name}.sock",
            log=folders.log(f"valkey-{name}"),
            options=options,
        )
        for name, (here, options) in wanted.items()
        if here
    ]
    processes = [supervisor.start(server.program()) for server in servers]
    supervisor.wait_ready(processes, seconds=PATIENCE)


def require_postgres(values: Mapping[str, str]) -> None:
    try:
        psycopg.connect(
            host=values["POSTGRES_HOST"],
            port=values["POSTGRES_PORT"],
            dbname=values["POSTGRES_DB"],
            user=values["POSTGRES_USER"],
            password=values["POSTGRES_PASSWORD"] or None,
            connect_timeout=5,
        ).close()
    except psycopg.OperationalError as error:
        raise StackError(
            f"The PostgreSQL of POSTGRES_HOST does not let us in: {_line(error)}"
        ) from error


def require_redis(values: Mapping[str, str]) -> None:
    url = values["REDIS_URL"]
    retry = Retry(NoBackoff(), 0)
    try:
        with redis.Redis.from_url(
            url, socket_timeout=5, socket_connect_timeout=5, retry=retry
        ) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise StackError(f"The Redis of REDIS_URL does not answer: {_line(error)}") from error


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
