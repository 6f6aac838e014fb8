"""The data folder's own services for one command, and none of the processes that use them: to
restore a backup, or to look into what does not start.

    python -m aiworld.devstack with -- COMMAND"""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from aiworld.devstack import credentials, dotenv, environment, lock, services
from aiworld.devstack.account import unprivileged
from aiworld.devstack.folders import prepare
from aiworld.devstack.supervisor import Supervisor


def run(command: Sequence[str], root: Path = environment.ROOT) -> int:
    """The command's exit code. Raises StackError, also while `make up` runs from that folder."""
    given = environment.given(root)
    account = unprivileged()
    folders = prepare(environment.data_folder(given, root), account)
    with lock.held(folders.lock), Supervisor(folders.children) as supervisor:
        plan = environment.plan(given, folders, credentials.kept(folders.secrets))
        services.start_valkeys(supervisor, folders, plan, durable=True)
        if plan.embedded_postgres:
            services.start_postgres(supervisor, folders, plan, account, durable=True)
        dotenv.write(folders.stack, plan.exported)
        try:
            return subprocess.run(command, env=plan.values, cwd=root, check=False).returncode
        finally:
            folders.stack.unlink(missing_ok=True)
