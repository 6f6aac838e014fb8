import stat
from pathlib import Path

import pytest

from aiworld.devstack import credentials, dotenv, environment
from aiworld.devstack.folders import Folders

FOLDERS = Folders(data=Path("/d"), sockets=Path("/s"), postgres=Path("/d/postgres"))
REDIS = {"REDIS_URL": "redis://h:1/0"}


def plan(**values):
    return environment.plan(values, FOLDERS, {"SECRET_KEY": "generated"})


@pytest.mark.parametrize(
    ("values", "postgres", "cache", "broker"),
    [
        ({}, True, True, True),
        ({"POSTGRES_HOST": "db"}, False, True, True),
        (REDIS, True, False, False),
        ({"REDIS_HOST": "r"}, True, False, False),
        ({"CELERY_BROKER_URL": "redis://q/0"}, True, True, True),
        (
            {"CELERY_BROKER_URL": "redis://q/0", "CHANNELS_REDIS_URL": "redis://q/1"},
            True,
            True,
            False,
        ),
    ],
)
def test_what_is_given_is_not_embedded(values, postgres, cache, broker):
    made = plan(**values)
    found = (made.embedded_postgres, made.embedded_cache, made.embedded_broker)
    assert found == (postgres, cache, broker)
    assert values.items() <= made.values.items()


@pytest.mark.parametrize(
    ("values", "cache", "broker", "channels"),
    [
        (
            {},
            "unix:///s/cache.sock?db=0",
            "redis+socket:///s/broker.sock?virtual_host=0",
            "unix:///s/broker.sock?db=1",
        ),
        (REDIS, "redis://h:1/0", "redis://h:1/1", "redis://h:1/2"),
        (
            {"REDIS_HOST": "h", "REDIS_PASSWORD": "a/b"},
            "redis://:a%2Fb@h:6379/0",
            "redis://:a%2Fb@h:6379/1",
            "redis://:a%2Fb@h:6379/2",
        ),
        (
            {"REDIS_URL": "unix:///x.sock?db=4"},
            "unix:///x.sock?db=4",
            "redis+socket:///x.sock?virtual_host=1",
            "unix:///x.sock?db=2",
        ),
    ],
)
def test_the_three_urls_of_redis(values, cache, broker, channels):
    made = plan(**values).values
    assert made["REDIS_URL"] == cache
    assert made["CELERY_BROKER_URL"] == broker
    assert made["CHANNELS_REDIS_URL"] == channels


def test_a_given_secret_overrules_the_generated_one():
    assert plan().exported["SECRET_KEY"] == "generated"
    assert plan(SECRET_KEY="mine").exported["SECRET_KEY"] == "mine"


def test_only_what_the_stack_decides_is_exported():
    assert "HOME" not in plan(HOME="/root").exported


def test_the_environment_overrules_the_file(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text(
        "PORT=1\nGRPC_PORT='2'\nHOST=\n# LOG_LEVEL=x\nexport REDIS_PORT=3"
    )
    monkeypatch.setenv("PORT", "9")
    for name in ("GRPC_PORT", "HOST", "LOG_LEVEL", "REDIS_PORT"):
        monkeypatch.delenv(name, raising=False)
    given = environment.given(tmp_path)
    assert (given["PORT"], given["GRPC_PORT"], given["REDIS_PORT"]) == ("9", "2", "3")
    assert not {"HOST", "LOG_LEVEL"} & given.keys()


def test_what_is_written_is_read_back(tmp_path):
    values = {"A": "x=y", "B": "", "C": "with space # and hash"}
    dotenv.write(tmp_path / "file", values)
    assert dotenv.read(tmp_path / "file") == values


def test_secrets_are_made_once_and_are_for_the_owner_alone(tmp_path):
    path = tmp_path / "secrets.env"
    made = credentials.kept(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert made.keys() == {"SECRET_KEY", "API_KEY_SALT", "AIWORLD_DEMO_PASSWORD"}
    assert credentials.kept(path) == made
