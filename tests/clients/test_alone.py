"""The library as the map-server loads it, in a process where no other gRPC or protobuf is loaded."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.clients.conftest import ALONE, ROOT


def test_keys_and_connection(built):
    built("plain")
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/clients", "-q", "-n", "0"],
        env=env | {ALONE: "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, f"{done.stdout[-8000:]}\n{done.stderr[-2000:]}"
