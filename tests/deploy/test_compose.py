"""compose.yaml is such as the Compose Specification says, and starts what there is."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
from pathlib import Path

import jsonschema
import pytest
import yaml

from aiworld.database_roles import preparing_sql
from aiworld.devstack import probes
from tests.deploy.programs import ROOT, require_runs, require_settings

FOLDER = ROOT / "deploy" / "compose"
OURS = {"migrate", "inference", "grpc", "web", "worker", "beat"}
OF_THE_IMAGE = {"POSTGRES_PASSWORD_FILE", "POSTGRES_INITDB_ARGS", "POSTGRES_DB"}


@pytest.fixture(scope="module")
def composed():
    return yaml.safe_load((FOLDER / "compose.yaml").read_text())


def test_the_specification_takes_the_file(composed):
    # The schema of github.com/compose-spec/compose-spec, Apache-2.0.
    schema = json.loads(Path(__file__).with_name("compose-spec.json").read_text())
    validator = jsonschema.Draft7Validator(schema)
    validator.validate(composed)
    assert not validator.is_valid({"services": {"web": {"imagee": "misspelt"}}})


def test_every_process_of_ours_starts_with_settings_there_are(composed):
    services = composed["services"]
    assert {name for name, each in services.items() if each["image"] == "aiworld:local"} == OURS
    for name, each in services.items():
        if name in OURS:
            require_runs(each["command"])
            require_settings(each["environment"])
        else:
            assert set(each.get("environment", ())) <= OF_THE_IMAGE
        if probe := each.get("healthcheck"):
            for asked in re.findall(r"probes\.(\w+)\(", probe["test"][-1]):
                assert callable(getattr(probes, asked))


def test_every_container_is_bounded_and_locked_up(composed):
    for name, each in composed["services"].items():
        assert each["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}, name
        assert each["image"].rpartition(":")[2] not in ("", "latest"), name
        if name == "database":  # its image begins as root and steps down
            continue
        assert each["read_only"] and each["cap_drop"] == ["ALL"], name
        assert not each["user"].startswith("0"), name
        assert "no-new-privileges:true" in each["security_opt"], name
        if name not in ("migrate", "beat"):
            assert "healthcheck" in each, name


def test_nothing_is_open_to_others_and_no_password_stands_in_it(composed):
    for name, each in composed["services"].items():
        for port in each.get("ports", ()):
            assert re.fullmatch(r"\$\{[A-Z]+_PUBLISHED:-127\.0\.0\.1:\d+\}:\d+", port)
        if name in ("database", "cache", "broker"):
            assert each["networks"] == ["inside"] and "ports" not in each
        for setting in each.get("environment", ()):
            assert not re.search(r"(PASSWORD|SECRET|SALT|TOKEN|KEY)$", setting), setting
    assert composed["networks"]["inside"]["internal"] is True
    assert all("file" in each for each in composed["secrets"].values())


def test_secrets_are_made_once_and_differ(tmp_path):
    script = tmp_path / "secrets.sh"
    script.write_text((FOLDER / "secrets.sh").read_text())
    made = []
    for _ in range(2):
        subprocess.run(["sh", script], check=True, timeout=30)
        made.append((tmp_path / "secrets" / "aiworld.env").read_text())
    values = dict(line.split("=") for line in made[0].split())
    require_settings(values)
    values["superuser"] = (tmp_path / "secrets" / "superuser").read_text()
    assert made[0] == made[1] and len(set(values.values())) == 4
    assert all(len(each) >= 48 for each in values.values())
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert os.access(FOLDER / "secrets.sh", os.X_OK) and os.access(FOLDER / "password.sh", os.X_OK)


def test_the_database_is_prepared_as_the_program_says():
    said = (FOLDER / "roles.sql").read_text().partition("\n")[2]
    assert said == preparing_sql("aiworld", "aiworld")


def test_the_image_is_built_of_what_is_there():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    for line in lines:
        if line.startswith("COPY ") and "--from" not in line:
            assert all((ROOT / each).exists() for each in line.split()[1:-1])
    images = [line.split()[1] for line in lines if line.startswith("FROM ")]
    assert len(images) == 2 and len(set(images)) == 1
    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001:10001"]
    assert lines.index("USER 10001:10001") > lines.index(f"FROM {images[1]}")
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".git", ".env", ".aiworld", "deploy"} <= set(ignored)
