"""Reads what an endpoint sent. The SDK checks no shapes, so nothing is taken for granted."""

from __future__ import annotations

from typing import Any

from inference.generation import Generation
from inference.providers.thinking import ThinkFilter, without_thoughts

COMPLETE = ("stop", "length", "eos")


class Unusable(Exception):
    """What came is no answer."""


def generation(reply: Any, *, provider: str, model: str, seconds: float) -> Generation:
    """Raises Unusable."""
    try:
        choice = reply.choices[0]
        text, reason = choice.message.content, choice.finish_reason
    except (AttributeError, IndexError, TypeError):
        raise Unusable("sent something that is no chat completion") from None
    text = without_thoughts(text) if isinstance(text, str) else ""
    if not text:
        raise Unusable("sent an empty answer")
    if reason not in (None, *COMPLETE):
        raise Unusable("did not finish its answer")
    usage = getattr(reply, "usage", None)
    return Generation(
        text=text,
        provider=provider,
        model=str(getattr(reply, "model", None) or model),
        prompt_tokens=getattr(usage, "prompt_tokens", None) or 0,
        completion_tokens=getattr(usage, "completion_tokens", None) or 0,
        finish_reason=reason or "stop",
        seconds=seconds,
    )


class StreamedAnswer:
    """Fed chunk by chunk, None at the end."""

    def __init__(self) -> None:
        self.ended = False
        self._thinking = ThinkFilter()
        self._reason: str | None = None
        self._said = False

    def feed(self, chunk: Any) -> str:
        """What may be shown now. Raises Unusable, at the end also when the answer is not whole."""
        self.ended = chunk is None
        piece = self._thinking.finish() if self.ended else self._thinking.feed(self._delta(chunk))
        self._said = self._said or bool(piece.strip())
        if self.ended and self._reason not in COMPLETE:
            raise Unusable("broke off in the middle of its answer")
        if self.ended and not self._said:
            raise Unusable("sent an empty answer")
        return piece

    def _delta(self, chunk: Any) -> str:
        try:
            if not chunk.choices:
                return ""
            choice = chunk.choices[0]
            self._reason = choice.finish_reason or self._reason
            text = choice.delta.content if choice.delta else ""
        except (AttributeError, IndexError, TypeError):
            raise Unusable("sent something that is no chat completion") from None
        return text if isinstance(text, str) else ""
