"""clients/rathena: its own tests, with sanitizers, against a real server that they may kill."""

from __future__ import annotations

import os
import subprocess

import pytest

from tests.clients.conftest import control, written


@pytest.mark.parametrize("flavour", ["address", "thread"])
def test_ctest_passes_with_a_sanitizer(flavour, built, sidecar, npc, api_key, tmp_path):
    folder = built(flavour)
    endpoint = f"127.0.0.1:{sidecar.port}"
    path = written(tmp_path, endpoint, api_key=api_key, timeout_ms=20000)
    with control(sidecar) as port:
        done = subprocess.run(
            ["ctest", "--test-dir", str(folder), "--output-on-failure", "--no-tests=error"],
            env=os.environ
            | {"AI_BRIDGE_TEST_CONF": str(path), "AI_BRIDGE_TEST_CONTROL": str(port)},
            capture_output=True,
            text=True,
            timeout=240,
        )
    assert done.returncode == 0, done.stdout[-8000:]
    assert "Skipped" not in done.stdout, done.stdout[-4000:]
