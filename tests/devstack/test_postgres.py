import os
import signal
import subprocess
import time
from contextlib import suppress

import psutil
import psycopg
import pytest

from aiworld.devstack.supervisor import Supervisor


@pytest.fixture
def supervisor(root):
    with Supervisor(root / "children.json") as supervisor:
        yield supervisor


def start(server, supervisor):
    server.create(supervisor.run)
    process = supervisor.start(server.program())
    supervisor.wait_ready([process], seconds=30)
    return process


def test_it_survives_kill_9_of_all_its_processes(root, supervisor, postgres_in):
    server = postgres_in(root)
    process = start(server, supervisor)
    with server.connect() as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    for each in [psutil.Process(process.pid), *psutil.Process(process.pid).children()]:
        with suppress(psutil.NoSuchProcess):
            each.kill()
    process.popen.wait(10)
    supervisor.processes.clear()
    start(server, supervisor)
    with server.connect() as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_lock_file_with_the_number_of_another_process_does_not_matter(
    root, supervisor, postgres_in
):
    server = postgres_in(root)
    server.create(supervisor.run)
    (server.data / "postmaster.pid").write_text(f"{os.getppid()}\n{server.data}\n")
    start(server, supervisor)


def test_a_half_made_cluster_is_made_again(root, supervisor, postgres_in):
    server = postgres_in(root)
    (server.home / "begun").mkdir(parents=True)
    (server.home / "begun" / "PG_VERSION").write_text("18\n")
    start(server, supervisor)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_another_user_of_the_machine_is_not_let_in(root, supervisor, postgres_in):
    server = postgres_in(root)
    start(server, supervisor)
    # Even with the folder wide open, peer authentication asks who is knocking.
    server.sockets.chmod(0o755)
    psql = server.program().argv[0].with_name("psql")
    knock = subprocess.run(
        [psql, "-h", server.sockets, "-U", "postgres", "-c", "SELECT 1"],
        user="daemon",
        env={},
        cwd="/",
        capture_output=True,
        text=True,
    )
    assert "Peer authentication failed" in knock.stderr


def test_its_owner_may_log_in_as_any_role(root, supervisor, postgres_in):
    server = postgres_in(root)
    start(server, supervisor)
    with server.connect() as connection:
        connection.execute("CREATE ROLE modest LOGIN")
    with psycopg.connect(host=str(server.sockets), user="modest", dbname="postgres") as modest:
        assert modest.execute("SELECT current_user").fetchone() == ("modest",)


def test_clients_that_stay_connected_do_not_hold_up_the_end(root, supervisor, postgres_in):
    server = postgres_in(root)
    process = start(server, supervisor)
    connection = server.connect()
    started = time.monotonic()
    supervisor.stop()
    assert process.popen.returncode == 0
    assert time.monotonic() - started < 5
    assert process.program.stop_signal == signal.SIGINT
    connection.close()
