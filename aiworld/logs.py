"""What a log line says beside its words: what is being worked on, and for whom. As lines for
people, or as JSON for programs (LOG_FORMAT)."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

PLAIN = re.compile(r"[A-Za-z0-9_.:@/-]{1,80}")
"""A request id comes from outside; one that looks otherwise is not written down."""


@dataclass(frozen=True)
class About:
    call: str = ""
    """Dialogue/Talk, or the name of a task."""
    request_id: str = ""


about: ContextVar[About] = ContextVar("about", default=About())  # noqa: B039 (it is frozen)


@contextmanager
def working_on(call: str, request_id: str = "") -> Iterator[None]:
    given = request_id if PLAIN.fullmatch(request_id) else ""
    token = about.set(About(call, given))
    try:
        yield
    finally:
        about.reset(token)


class JsonFormatter(logging.Formatter):
    """One object a line: at, level, logger, server, call, request_id, message, error."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "server": getattr(record, "server", ""),
            "call": getattr(record, "call", ""),
            "request_id": getattr(record, "request_id", ""),
            "process": record.process,
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["error"] = self.formatException(record.exc_info)
        return json.dumps({name: word for name, word in told.items() if word not in ("", None)})
