"""Settings that are fine by themselves and wrong together. `manage.py check` says so, and so do the
commands and workers that run Django's checks when they start (Daphne does not)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

SHORTEST_SECRET = 20


@register
def timeouts_are_ordered(**kwargs: Any) -> list[CheckMessage]:
    """An inner timeout at or above the outer one never fires: the caller gives up first."""
    order = [
        ("INFERENCE_TIMEOUT", "REQUEST_TIMEOUT"),
        ("DEEPSEEK_TIMEOUT", "REQUEST_TIMEOUT"),
        ("CELERY_TASK_SOFT_TIME_LIMIT", "CELERY_TASK_TIME_LIMIT"),
    ]
    found: list[CheckMessage] = [
        Error(
            f"{inner} must be below {outer}.",
            hint=f"Now {getattr(settings, inner)} and {getattr(settings, outer)} seconds.",
            id="aiworld.E001",
        )
        for inner, outer in order
        if getattr(settings, inner) >= getattr(settings, outer)
    ]
    lease = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    if lease <= settings.CELERY_TASK_TIME_LIMIT:
        found.append(
            Error(
                "CELERY_LEASE must be above CELERY_TASK_TIME_LIMIT.",
                hint="A slow task would be handed out a second time while the first still runs.",
                id="aiworld.E002",
            )
        )
    return found


@register
def threads_have_connections(**kwargs: Any) -> list[CheckMessage]:
    if settings.GRPC_DB_THREADS <= settings.DB_POOL_SIZE:
        return []
    return [
        Error(
            "GRPC_DB_THREADS must not exceed DB_POOL_SIZE.",
            hint="Every thread keeps a connection; the others would wait for ever.",
            id="aiworld.E003",
        )
    ]


@register
def certificates_are_whole(**kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if bool(settings.GRPC_TLS_CERT) != bool(settings.GRPC_TLS_KEY):
        found.append(Error("GRPC_TLS_CERT and GRPC_TLS_KEY go together.", id="aiworld.E004"))
    if settings.GRPC_TLS_CLIENT_CA and not settings.GRPC_TLS_CERT:
        found.append(
            Error(
                "GRPC_TLS_CLIENT_CA needs GRPC_TLS_CERT.",
                hint="Without TLS nobody can show a certificate; every call would be refused.",
                id="aiworld.E005",
            )
        )
    if settings.GRPC_TLS_CRL and not settings.GRPC_TLS_CLIENT_CA:
        found.append(
            Error(
                "GRPC_TLS_CRL needs GRPC_TLS_CLIENT_CA.",
                hint="Only who has to show a certificate can show a revoked one.",
                id="aiworld.E008",
            )
        )
    return found


@register
def connections_fit(**kwargs: Any) -> list[CheckMessage]:
    """Processes times pool. What PostgreSQL itself allows is asked by `tenants.connections`."""
    if settings.DB_CONNECTIONS_WANTED <= settings.DB_CONNECTIONS:
        return []
    return [
        Error(
            f"The processes may come to {settings.DB_CONNECTIONS_WANTED} connections, above "
            f"DB_CONNECTIONS, {settings.DB_CONNECTIONS}.",
            hint="Leave DB_POOL_SIZE to be reckoned, or lower GRPC_PROCESSES, WEB_PROCESSES or "
            "CELERY_WORKER_CONCURRENCY; or raise DB_CONNECTIONS with PostgreSQL's max_connections.",
            id="aiworld.E006",
        )
    ]


@register
def secrets_are_secret(**kwargs: Any) -> list[CheckMessage]:
    return [
        Warning(
            f"{name} is short enough to be guessed.",
            hint="python -c 'import secrets; print(secrets.token_urlsafe(48))'",
            id="aiworld.W001",
        )
        for name in ("SECRET_KEY", "API_KEY_SALT")
        if len(getattr(settings, name)) < SHORTEST_SECRET
    ]
