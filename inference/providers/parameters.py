"""What is sent beside the messages. An endpoint that refuses one of the parameters that can be done
without is asked once more without it; if that helps, it is not sent there again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from inference.generation import Ask
from inference.providers.base import Endpoint

NOT_UNDERSTOOD = frozenset({400, 422, 501})
"""Statuses of a request that may be well without some parameter."""
AT_LEAST_NAMED = frozenset({404, 500})
"""Those that say so much else that the parameter has to be named."""
NEEDED = frozenset({"max_tokens", "max_completion_tokens"})
"""Never left out: an answer without an end costs without an end."""
IN_VAIN = 300.0
"""Seconds after which an endpoint is offered a shorter request again, if the last one was no
better."""


class Parameters:
    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._refused: set[str] = set()
        self._renamed = False
        self._in_vain_until = 0.0

    def of(self, ask: Ask, *, stream: bool) -> dict[str, Any]:
        endpoint, profile = self._endpoint, self._endpoint.profile
        wanted: dict[str, Any] = {
            "max_tokens": _given(ask.max_tokens, endpoint.max_tokens),
            "temperature": _given(ask.temperature, endpoint.temperature),
            **profile.thinking_off,
        }
        if stream and profile.usage_in_streams:
            wanted["stream_options"] = {"include_usage": True}
        if ask.schema is not None and profile.schema:
            wanted["response_format"] = response_format(profile.schema, ask.schema)
        if self._renamed:
            wanted = _renamed(wanted)
        return {name: value for name, value in wanted.items() if name not in self._refused}

    def without(self, sent: Mapping[str, Any], status: int, said: str) -> dict[str, Any] | None:
        """What to send instead of what was refused with `said`; None if there is nothing to try."""
        if status not in NOT_UNDERSTOOD | AT_LEAST_NAMED or time.monotonic() < self._in_vain_until:
            return None
        if "max_tokens" in sent and "max_completion_tokens" in said:
            return _renamed(sent)
        spare = {name for name in sent if name not in NEEDED}
        named = {name for name in spare if name in said}
        if not named and status in NOT_UNDERSTOOD:
            named = spare - {"temperature"}
        return {name: value for name, value in sent.items() if name not in named} if named else None

    def helped(self, refused: Mapping[str, Any], taken: Mapping[str, Any]) -> None:
        self._renamed = self._renamed or "max_completion_tokens" in taken
        self._refused |= {name for name in refused if name not in taken} - NEEDED

    def did_not_help(self) -> None:
        self._in_vain_until = time.monotonic() + IN_VAIN


def response_format(kind: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    if kind == "json_object":
        return {"type": "json_object"}
    named = {"name": str(schema.get("title", "answer")), "schema": dict(schema)}
    return {"type": "json_schema", "json_schema": named}


def _renamed(sent: Mapping[str, Any]) -> dict[str, Any]:
    """As OpenAI's reasoning models want it, which also know one temperature only."""
    return {
        "max_completion_tokens" if name == "max_tokens" else name: value
        for name, value in sent.items()
        if name != "temperature"
    }


def _given(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value
