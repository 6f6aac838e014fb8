"""Behind PgBouncer in transaction mode servers are kept apart as without it (ADR 0041)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from aiworld.devstack.account import unprivileged
from npcs.models import NpcPersonality
from tenants.context import in_tenant
from tests.conftest import make_npc
from tests.isolation.pooled_calls import KEY

SESSIONS = 2
CONFIGURATION = """
[databases]
* = host={host} port={port}
[pgbouncer]
pool_mode = transaction
listen_port = 6432
unix_socket_dir = {folder}
auth_type = trust
auth_file = {folder}/users
default_pool_size = {sessions}
max_client_conn = 200
ignore_startup_parameters = extra_float_digits
"""


@pytest.fixture
def pooler():
    """The folder of PgBouncer's socket; behind it are two sessions in all."""
    program = shutil.which("pgbouncer")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no pgbouncer: apt install pgbouncer")
        pytest.skip("no pgbouncer: apt install pgbouncer")
    account, given = unprivileged(), connection.settings_dict
    with tempfile.TemporaryDirectory(prefix="pgb") as name:
        folder = Path(name)
        text = CONFIGURATION.format(
            host=given["HOST"], port=given["PORT"], folder=folder, sessions=SESSIONS
        )
        (folder / "ini").write_text(text)
        (folder / "users").write_text(f'"{given["USER"]}" ""\n')
        folder.chmod(0o755)
        options = {}
        if account:
            account.own(folder)
            options = {"user": account.uid, "group": account.gid, "extra_groups": []}
        process = subprocess.Popen([program, "-q", str(folder / "ini")], **options)
        try:
            wait_for(folder, given)
            yield folder
        finally:
            process.terminate()
            process.wait(20)


def wait_for(folder, given):
    for _ in range(100):
        try:
            with psycopg.connect(
                host=str(folder), port=6432, user=given["USER"], dbname=given["NAME"]
            ):
                return
        except psycopg.OperationalError:
            time.sleep(0.1)
    pytest.fail("PgBouncer did not begin to answer")


def through(folder, *arguments):
    given = connection.settings_dict
    environment = os.environ | {
        "POSTGRES_HOST": str(folder), "POSTGRES_PORT": "6432", "POSTGRES_DB": given["NAME"],
        "DB_TRANSACTION_POOLING": "true",
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", "tests.isolation.pooled_calls", *arguments],
        env=environment, capture_output=True, text=True, timeout=180,
    )  # fmt: skip


def test_two_sessions_serve_many_threads_of_two_servers_and_nobody_sees_the_other(
    committed, server, other_server, pooler
):
    for one in (server, other_server):
        with in_tenant(one):
            make_npc(KEY, name="nobody yet")
    done = through(pooler, server.server_id, other_server.server_id)
    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads(done.stdout)
    owner = f"{connection.settings_dict['USER']}_owner"
    assert said == {
        "units": 200, "foreign": [], "refused": [], "left": 0, "owner": owner,
        "talked": 8, "turns": [4, 4], "new": 0,
    }  # fmt: skip
    for one in (server, other_server):
        with in_tenant(one):
            assert NpcPersonality.objects.get(key=KEY).name == one.server_id
    given = connection.settings_dict
    with psycopg.connect(
        host=str(pooler), port=6432, user=given["USER"], dbname=given["NAME"], autocommit=True
    ) as session:
        for _ in range(SESSIONS * 2):  # nothing was left on a session
            found = session.execute("SELECT current_user = session_user, current_schemas(false)")
            assert found.fetchone()[0] is True
