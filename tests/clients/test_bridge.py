"""clients/rathena: its own tests, with sanitizers, against a real server that they may kill."""

from __future__ import annotations

import os
import subprocess

import pytest

from tests.clients.conftest import control, written

CALLS = {"address": "10000", "thread": "2000"}
"""Of the test that makes many; ThreadSanitizer makes each several times as long."""


@pytest.mark.parametrize("flavour", CALLS)
def test_its_own_tests_pass_with_a_sanitizer(flavour, built, sidecar, npc, api_key, tmp_path):
    folder = built(flavour)
    path = written(tmp_path, f"127.0.0.1:{sidecar.port}", api_key=api_key, timeout_ms=60000)
    with control(sidecar) as port:
        where = {"AI_BRIDGE_TEST_CONF": str(path), "AI_BRIDGE_TEST_CONTROL": str(port)}
        done = subprocess.run(
            ["ctest", "--test-dir", str(folder), "--output-on-failure", "--no-tests=error"],
            env=os.environ | where | {"AI_BRIDGE_TEST_CALLS": CALLS[flavour]},
            capture_output=True,
            text=True,
            timeout=600,
        )
    assert done.returncode == 0, done.stdout[-8000:]
    assert "Skipped" not in done.stdout, done.stdout[-4000:]
