"""Full disks are real ones: small file systems in memory, which only root may mount."""

import os
import subprocess
import time
from contextlib import contextmanager

import pytest

from aiworld.devstack.supervisor import Supervisor
from tests.devstack.running import READY, running

CI = os.environ.get("CI") == "true"


@contextmanager
def small_disk(path, size):
    path.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", path])
    if mounted.returncode != 0:
        (pytest.fail if CI else pytest.skip)("a small disk can be mounted by root only")
    try:
        yield path
    finally:
        subprocess.run(["umount", "--lazy", path], check=True)


def test_a_disk_that_is_too_small_is_refused_before_anything_starts(root):
    with small_disk(root / ".aiworld", "100m"), running(root) as stack:
        assert stack.popen.wait(20) == 1
    assert stack.said.startswith(f"✗ The disk of {root}/.aiworld is full: ")
    assert "500 MB needed" in stack.said
    assert len(stack.said.splitlines()) == 1


def test_a_disk_that_fills_up_stops_the_stack_in_good_order(root):
    with small_disk(root / ".aiworld", "700m") as disk, running(root) as stack:
        stack.wait_for(READY)
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        with (disk / "ballast").open("wb") as ballast:
            os.posix_fallocate(ballast.fileno(), 0, free - 5_000_000)
        assert stack.popen.wait(20) == 1
        log = (disk / "logs/postgres.log").read_text()
    assert f"✗ The disk of {root}/.aiworld/run is full: " in stack.said
    assert "database system is shut down" in log


def test_a_disk_that_fills_up_under_initdb_is_named(root, postgres_in):
    with small_disk(root / ".aiworld", "20m") as disk:
        server = postgres_in(disk)
        with Supervisor(disk / "children.json", disk_floor=0) as supervisor:
            started = time.monotonic()
            with pytest.raises(Exception, match="initdb .*no space left on the disk"):
                server.create(supervisor.run)
        assert not server.data.exists()
    assert time.monotonic() - started < 20
