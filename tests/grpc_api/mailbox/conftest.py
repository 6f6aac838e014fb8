"""A game server that was not recompiled: its MariaDB, its scripts' questions, and a bridge."""

import itertools
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

import pytest

from grpc_api.mailbox.bridge import Bridge
from grpc_api.mailbox.calls import Calls, channel
from grpc_api.mailbox.config import Platform, World
from tests.conftest import CI
from tests.grpc_api.mailbox import mariadb, script

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def database_server(request):
    if not mariadb.is_installed():
        (pytest.fail if CI else pytest.skip)(mariadb.MISSING)
    with mariadb.throwaway(request.config.cache.mkdir("mariadb")) as server:
        yield server


@contextmanager
def make_database(database_server):
    """The tables and the bridge's user, as an owner makes them."""
    name = f"ragnarok_{next(_numbers)}"
    with database_server.root() as root, root.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} CHARACTER SET latin1")
        cursor.execute(f"USE {name}")
        for file in ("ai_world_tier0.sql", "ai_world_bridge_user.sql"):
            text = "\n".join(
                line for line in (mariadb.SQL / file).read_text().splitlines()
                if not line.startswith("--")
            )  # fmt: skip
            text = text.replace("`ragnarok`", f"`{name}`").replace("CHANGE-ME", "hush")
            for statement in filter(str.strip, text.split(";\n")):
                cursor.execute(statement)
        cursor.execute("CREATE TABLE login (userid VARCHAR(23), user_pass VARCHAR(32))")
    yield name
    with database_server.root() as root, root.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")


@pytest.fixture
def database(database_server):
    with make_database(database_server) as name:
        yield name


@pytest.fixture
def game(database_server, database):
    made = mariadb.Game(database_server, database)
    yield made
    made.close()


@pytest.fixture
def root(database_server, database):
    with database_server.root(database) as connection, connection.cursor() as cursor:
        yield cursor


@pytest.fixture
def world(database_server, database):
    return World(
        name="midgard", database=database, user="ai_world_bridge", password="hush",
        api_key="-", socket=database_server.socket, host="localhost",
    )  # fmt: skip


@pytest.fixture
def started(world):
    """Bridges that run until the test ends."""
    running = []

    def start(address, api_key, of=world):
        stop, door = threading.Event(), channel(Platform(endpoint=address))
        one_world = replace(of, api_key=api_key)
        bridge = Bridge(one_world, Calls(door, one_world))
        thread = threading.Thread(target=bridge.run, args=(stop,), daemon=True)
        thread.start()
        one = SimpleNamespace(bridge=bridge, stop=stop, thread=thread, door=door)
        running.append(one)
        return one

    yield start
    for one in running:
        one.stop.set()
    for one in running:
        one.thread.join(20)
        assert not one.thread.is_alive()
        one.door.close()


@pytest.fixture
def player_says(game):
    """Asks as the script does and waits for the state as the script does."""

    def says(text, seconds=60, **fields):
        row = script.ask(game, kind=b"talk", text=text, **fields)
        return row, until_ready(game, row, seconds)

    return says


def until_ready(game, row, seconds=60):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if state := script.wait(game, row):
            return state
        time.sleep(0.02)
    return 0
