"""What is wrong with the platform, and what to do about it: for operators, over REST and at a
terminal. Each subject has a module with a function, named in settings.DIAGNOSES."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping

from django.conf import settings
from django.utils.module_loading import import_string

from tenants import health
from tenants.diagnosis.finding import Check, Finding, State, failing

log = logging.getLogger(__name__)
BROKEN = "The check itself failed, so nothing is known; the log says more."
WORST: tuple[State, ...] = ("failing", "warning", "ok")


def examine() -> list[Finding]:
    """Everything; takes as long as the slowest service that does not answer."""
    answering = health.checks()
    return [each for name in settings.DIAGNOSES for each in _run(name, answering)]


def worst(found: list[Finding]) -> State:
    states = {each.state for each in found}
    return next((state for state in WORST if state in states), "ok")


def _run(name: str, answering: Mapping[str, str]) -> Iterator[Finding]:
    check: Check = import_string(name)
    try:
        yield from check(answering)
    except Exception as error:
        log.exception("the check %s failed", name)
        yield failing(name.rpartition(".")[0], type(error).__name__, BROKEN)
