"""A pytest plugin (`-p tests.services`): starts a throw-away PostgreSQL and Valkey before Django's
settings are read. Workers of xdist inherit them from the main process."""

import atexit
import os
from contextlib import ExitStack

import psycopg
from psycopg import sql

from aiworld.database_roles import preparing_sql
from aiworld.devstack.throwaway import throwaway

NEEDED = {
    "SECRET_KEY": "a secret of the test run, long enough for every check there is",
    "API_KEY_SALT": "the salt of the test run",
    "INFERENCE_BACKEND": "fake",
    "REDIS_TIMEOUT": "2",  # a busy machine is not a cache that is away
    "DB_POOL_SIZE": "24",  # as many threads as a test starts
    "DEEPSEEK_API_KEY": "",
    "DEEPSEEK_API_BASE": "https://api.deepseek.com",
}

if "AIWORLD_TEST_SERVICES" not in os.environ:
    stack = ExitStack()
    os.environ |= stack.enter_context(throwaway())
    os.environ |= NEEDED | {"AIWORLD_TEST_SERVICES": str(os.getpid())}
    atexit.register(stack.close)

if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    # A test that empties the cache empties its own worker's, not that of its neighbours.
    number = 1 + int(worker.removeprefix("gw")) % 15
    os.environ["REDIS_URL"] = os.environ["REDIS_URL"].replace("db=0", f"db={number}")


def superuser(database="postgres"):
    """A connection that may do what the application may not."""
    host, port = os.environ["POSTGRES_HOST"], os.environ["POSTGRES_PORT"]
    return psycopg.connect(host=host, port=port, user="postgres", dbname=database, autocommit=True)


def make_database(name):
    """Empty, with the roles the application needs."""
    with superuser() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    with superuser(name) as connection:
        connection.execute(preparing_sql(os.environ["POSTGRES_USER"], name))
