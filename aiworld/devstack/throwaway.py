"""Services for a test run or one command: empty at the start, gone at the end.

    with throwaway() as env:
        os.environ |= env

A PostgreSQL or Redis that the environment names is used and none started. Enter it in the main
thread.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from aiworld.devstack import credentials, environment, services
from aiworld.devstack.account import unprivileged
from aiworld.devstack.folders import prepare
from aiworld.devstack.supervisor import Supervisor


@contextmanager
def throwaway(values: Mapping[str, str] | None = None) -> Iterator[dict[str, str]]:
    """Yields the variables that the settings need; `values` stands in for the environment."""
    given = environment.present(os.environ if values is None else values)
    # In /tmp, whatever TMPDIR says: a socket's path has to be short.
    folder = Path(tempfile.mkdtemp(prefix="aiworld-", dir="/tmp"))  # nosec B108: mkdtemp
    account = unprivileged()
    folders = prepare(folder, account)
    plan = environment.plan(given, folders, credentials.kept(folders.secrets))
    try:
        with Supervisor(folders.children) as supervisor:
            services.start_valkeys(supervisor, folders, plan, durable=False)
            if plan.embedded_postgres:
                services.start_postgres(supervisor, folders, plan, account, durable=False)
            yield plan.exported
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(command: Sequence[str]) -> int:
    """Runs a command with throw-away services and returns its exit code."""
    given = environment.given()
    with throwaway(given) as env:
        return subprocess.run(command, env=given | env, check=False).returncode
