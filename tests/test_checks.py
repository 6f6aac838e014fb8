import os
import subprocess
import sys

import pytest

from aiworld.checks import (
    connections_fit,
    secrets_are_secret,
    threads_have_connections,
    timeouts_are_ordered,
)
from aiworld.settings.env import BASE_DIR
from tenants.connections import postgres_has_room, room


def ids(found):
    return [message.id for message in found]


def test_the_settings_as_they_are_fit_together():
    assert ids(timeouts_are_ordered()) == ids(threads_have_connections()) == []
    assert ids(connections_fit()) == []


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        ("INFERENCE_TIMEOUT", "REQUEST_TIMEOUT"),
        ("DEEPSEEK_TIMEOUT", "REQUEST_TIMEOUT"),
        ("CELERY_TASK_SOFT_TIME_LIMIT", "CELERY_TASK_TIME_LIMIT"),
    ],
)
def test_an_inner_timeout_at_the_outer_one_is_an_error(settings, inner, outer):
    setattr(settings, inner, getattr(settings, outer))
    [found] = timeouts_are_ordered()
    assert found.id == "aiworld.E001"
    assert inner in found.msg and outer in found.msg


def test_a_lease_within_the_time_limit_is_an_error(settings):
    lease = {"visibility_timeout": settings.CELERY_TASK_TIME_LIMIT}
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = settings.CELERY_BROKER_TRANSPORT_OPTIONS | lease
    assert ids(timeouts_are_ordered()) == ["aiworld.E002"]


def test_more_threads_than_connections_is_an_error(settings):
    settings.GRPC_DB_THREADS = settings.DB_POOL_SIZE + 1
    assert ids(threads_have_connections()) == ["aiworld.E003"]


def test_more_connections_than_there_may_be_is_an_error(settings):
    settings.DB_CONNECTIONS = settings.DB_CONNECTIONS_WANTED - 1
    assert ids(connections_fit()) == ["aiworld.E006"]


@pytest.mark.parametrize(
    ("processes", "web", "pool"), [(1, 1, 12), (4, 1, 12), (8, 2, 8), (40, 40, 2)]
)
def test_pools_follow_from_the_processes_that_share_the_connections(processes, web, pool):
    env = {"GRPC_PROCESSES": str(processes), "WEB_PROCESSES": str(web)}
    script = "from aiworld.settings import database as s; print(s.DB_POOL_SIZE)"
    unset = {name: value for name, value in os.environ.items() if name != "DB_POOL_SIZE"}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env=unset | env, cwd=BASE_DIR, capture_output=True, text=True)
    assert done.stdout == f"{pool}\n", done.stderr


@pytest.mark.django_db
def test_postgresql_is_asked_whether_it_has_room(settings):
    assert ids(postgres_has_room(databases=["default"])) == []
    settings.DB_CONNECTIONS = room() + 1
    assert ids(postgres_has_room(databases=["default"])) == ["aiworld.E007"]
    assert ids(postgres_has_room(databases=None)) == []


def test_a_short_secret_is_a_warning(settings):
    settings.API_KEY_SALT = "short"
    [found] = secrets_are_secret()
    assert found.id == "aiworld.W001" and "API_KEY_SALT" in found.msg
