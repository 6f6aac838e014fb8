import pytest

from aiworld.checks import secrets_are_secret, threads_have_connections, timeouts_are_ordered


def ids(found):
    return [message.id for message in found]


def test_the_settings_as_they_are_fit_together():
    assert ids(timeouts_are_ordered()) == ids(threads_have_connections()) == []


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


def test_a_short_secret_is_a_warning(settings):
    settings.API_KEY_SALT = "short"
    [found] = secrets_are_secret()
    assert found.id == "aiworld.W001" and "API_KEY_SALT" in found.msg
