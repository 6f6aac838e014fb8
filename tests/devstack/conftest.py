import shutil
import tempfile
from pathlib import Path

import pytest

from aiworld.devstack.account import unprivileged
from aiworld.devstack.postgres import Postgres
from aiworld.devstack.throwaway import throwaway
from tests.devstack.fake_stack import make_root


@pytest.fixture
def root():
    """A checkout of what the stack looks for; every user may walk to it, unlike to tmp_path."""
    folder = Path(tempfile.mkdtemp(prefix="devstack-", dir="/tmp"))
    folder.chmod(0o755)
    yield make_root(folder / "checkout")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def services():
    """Variables of a PostgreSQL and a Valkey that the stack under test did not start."""
    with throwaway({}) as env:
        names = ("POSTGRES_HOST", "POSTGRES_USER", "REDIS_URL")
        yield {name: env[name] for name in names}


@pytest.fixture
def postgres_in():
    def make(folder):
        return Postgres(
            home=folder / "postgres",
            sockets=folder / "s",
            log=folder / "postgres.log",
            account=unprivileged(),
        )

    return make
