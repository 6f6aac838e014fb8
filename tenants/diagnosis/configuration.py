"""Settings that cannot work together, and what runs here."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from importlib.metadata import version

from django.conf import settings
from django.core.checks import ERROR, WARNING, run_checks

from aiworld import __version__
from tenants.diagnosis.finding import Finding, failing, fine, warning

PACKAGES = ("Django", "grpcio", "celery", "psycopg")
OPEN = "Set DEBUG=false: error pages show source code and settings to whoever sees them."


def find(answering: Mapping[str, str]) -> Iterator[Finding]:
    del answering
    yield fine("versions", _versions())
    found = [each for each in run_checks() if each.level >= WARNING]
    for message in found:
        kind = failing if message.level >= ERROR else warning
        yield kind("configuration", f"{message.msg} ({message.id})", message.hint or "")
    if settings.DEBUG:
        yield warning("configuration", "DEBUG is on", OPEN)
    if not found and not settings.DEBUG:
        yield fine("configuration")


def _versions() -> str:
    parts = [f"{name} {version(name)}" for name in PACKAGES]
    return f"AI World {__version__}, Python {platform.python_version()}, " + ", ".join(parts)
