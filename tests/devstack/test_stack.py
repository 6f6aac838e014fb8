import json
import os
import signal
import socket
import stat
import time

import psutil
import psycopg
import pytest

from aiworld.devstack import dotenv
from tests.devstack.running import READY, free_port, running


def gone(processes, seconds=10):
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    return not alive


def test_up_starts_everything_and_ctrl_c_leaves_no_process(root):
    with running(root) as stack:
        stack.wait_for(READY)
        processes = stack.descendants()
        names = {process.name() for process in processes}
        niceness = {each.nice() for each in psutil.Process(stack.popen.pid).children()}
        facts = dotenv.read(root / ".aiworld/run/stack.env")
        assert stat.S_IMODE((root / ".aiworld/run/stack.env").stat().st_mode) == 0o600
        with psycopg.connect(host=facts["POSTGRES_HOST"], user="postgres", dbname="aiworld") as db:
            extensions = db.execute("SELECT name FROM pg_available_extensions").fetchall()
        assert stack.stop(signal.SIGINT) == 0
        assert json.loads((root / ".aiworld/demo.json").read_text())["api_key"] in stack.said
    assert {"postgres", "valkey-server"} <= names
    assert niceness == {min(os.nice(0) + 5, 19)}  # the game comes first
    assert {("vector",), ("pg_trgm",), ("pg_stat_statements",)} <= set(extensions)
    assert gone(processes)
    assert not (root / ".aiworld/run/stack.env").exists()


def test_a_second_start_continues_with_the_data_and_prepares_nothing_again(root):
    ports = {"GRPC_PORT": str(free_port()), "PORT": str(free_port())}
    for _ in range(2):
        with running(root, ports) as stack:
            started = time.monotonic()
            stack.wait_for(READY)
            seconds = time.monotonic() - started
            stack.stop()
    assert (root / "calls").read_text() == "migrate demo "
    assert seconds < 15


def test_a_new_migration_is_applied_by_the_next_start(root):
    ports = {"GRPC_PORT": str(free_port()), "PORT": str(free_port())}
    for number in range(2):
        migration = root / f"npcs/migrations/000{number}_new.py"
        migration.parent.mkdir(parents=True, exist_ok=True)
        migration.touch()
        with running(root, ports) as stack:
            stack.wait_for(READY)
    assert (root / "calls").read_text() == "migrate demo migrate demo "


def test_two_stacks_in_one_folder_are_refused(root):
    with running(root) as first:
        first.wait_for(READY)
        (root / "output").rename(root / "output-of-the-first")
        with running(root) as second:
            assert second.popen.wait(20) == 1
            assert f"already runs from {root}/.aiworld (process {first.popen.pid})" in second.said


def test_a_taken_port_is_named_with_its_process_and_a_way_out(root):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with running(root, {"GRPC_PORT": str(port)}) as stack:
            assert stack.popen.wait(20) == 1
    line = next(line for line in stack.said.splitlines() if line.startswith("✗"))
    assert f"Port {port} is taken by" in line
    assert f"(process {os.getpid()})" in line
    assert f"GRPC_PORT={port + 10} make up" in line


@pytest.mark.parametrize("name", ["worker", "postgres", "valkey-broker"])
def test_a_killed_child_is_reported_and_everything_else_stops(root, name):
    with running(root) as stack:
        stack.wait_for(READY)
        processes = stack.descendants()
        os.kill(stack.child(name), signal.SIGKILL)
        assert stack.popen.wait(30) == 1
    assert f"✗ {name} was killed by SIGKILL." in stack.said
    assert "Traceback" not in stack.said
    assert gone(processes)


def test_a_killed_supervisor_leaves_nothing_and_the_next_start_recovers(root):
    with running(root) as stack:
        stack.wait_for(READY)
        processes = stack.descendants()
        # The deaf grandchild has no death signal; the next start ends it.
        deaf = [each for each in processes if each.ppid() != stack.popen.pid and _is_fake(each)]
        stack.stop(signal.SIGKILL)
    assert gone([each for each in processes if each not in deaf])
    with running(root) as stack:
        stack.wait_for(READY)
    assert gone(deaf)


def test_ctrl_c_in_the_middle_of_a_migration_stops_at_once(root):
    (root / "manage.py").write_text("import time; time.sleep(60)")
    with running(root) as stack:
        stack.wait_for("PostgreSQL")
        time.sleep(0.5)
        started = time.monotonic()
        assert stack.stop() == 0
    assert time.monotonic() - started < 10


def test_a_failed_migration_is_shown_with_its_last_lines(root):
    (root / "manage.py").write_text("raise SystemExit('no such table: npcs')")
    with running(root) as stack:
        assert stack.popen.wait(40) == 1
    assert "✗ migrate stopped with exit code 1." in stack.said
    assert "no such table: npcs" in stack.said


def test_given_services_are_used_and_none_is_started(root, services):
    with running(root, services) as stack:
        stack.wait_for(READY)
        names = {process.name() for process in stack.descendants()}
    assert not names & {"postgres", "valkey-server"}
    assert not (root / ".aiworld/postgres").exists()


def test_a_given_server_that_does_not_answer_is_named(root):
    with running(root, {"REDIS_URL": f"redis://127.0.0.1:{free_port()}/0"}) as stack:
        assert stack.popen.wait(20) == 1
    assert "✗ The Redis of REDIS_URL does not answer" in stack.said


def _is_fake(process):
    return "signal.alarm(120)" in " ".join(process.cmdline())
