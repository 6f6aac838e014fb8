"""The units are such as systemd takes, start commands that exist, and are locked up well."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
MOST_EXPOSED = 3.0
"""Of 10, by systemd-analyze's reckoning; a service without any hardening has 9.6."""


@pytest.fixture
def analyze():
    program = shutil.which("systemd-analyze")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no systemd-analyze: apt install systemd")
        pytest.skip("no systemd-analyze: apt install systemd")

    def run(*arguments):
        return subprocess.run(
            [program, *map(str, arguments)], capture_output=True, text=True, timeout=300
        )

    return run


@pytest.fixture
def units(tmp_path):
    """As they would be installed, with programs that are there."""
    python = shutil.which("true")
    for path in UNITS:
        text = re.sub(r"^ExecStart=\S+", f"ExecStart={python}", path.read_text(), flags=re.M)
        (tmp_path / path.name.replace("@", "@cache")).write_text(text)
    return sorted(tmp_path.iterdir())


def test_systemd_takes_the_units(analyze, units):
    done = analyze("verify", "--man=no", "--recursive-errors=no", *units)
    complaints = [
        line for line in done.stderr.splitlines() if "deploy" in line or ".service" in line
    ]
    assert done.returncode == 0 and complaints == [], done.stderr


def test_the_units_are_locked_up(analyze, units):
    for unit in units:
        done = analyze("security", "--offline=true", "--no-pager", unit)
        level = re.search(r"Overall exposure level for \S+: (\S+)", done.stdout)
        assert level and float(level[1]) <= MOST_EXPOSED, done.stdout[-2000:]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_what_a_unit_starts_exists_and_is_bounded(path):
    text = path.read_text()
    command = re.search(r"^ExecStart=\S+ (.*)$", text, re.M)[1]
    if found := re.match(r"manage\.py (\w+)", command):
        assert found[1] in get_commands()
    else:
        assert re.match(r"-m (daphne|celery|grpc_api\.mailbox)|/etc/aiworld/valkey", command)
    assert "StartLimitIntervalSec=0" in text and "Restart=always" in text
    assert path.stem == "valkey@" or "MemoryMax=" in text


def test_the_target_starts_every_process_of_ours():
    target = (ROOT / "deploy" / "systemd" / "aiworld.target").read_text()
    of_ours = {path.name for path in UNITS if "PartOf=aiworld.target" in path.read_text()}
    assert set(re.findall(r"aiworld-\w+\.service", target)) == of_ours
