"""Reads what an endpoint sent. The SDK checks no shapes, so nothing is taken for granted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from inference.providers.thinking import ThinkFilter, without_thoughts

COMPLETE = ("stop", "length", "eos")
CUT = "length"
MOST_TOKENS = 10_000_000
"""No answer has more; a larger number is a slip, or malice."""


class Unusable(Exception):
    """What came is no answer."""


class CutOff(Unusable):
    """What came is the beginning of one: it was as long as it may be."""


@dataclass(frozen=True)
class Tokens:
    prompt: int
    cached: int
    completion: int


@dataclass(frozen=True)
class Answer:
    text: str
    model: str
    finish_reason: str


def answer(reply: Any, model: str) -> Answer:
    """Raises Unusable."""
    try:
        choice = reply.choices[0]
        text, reason = choice.message.content, choice.finish_reason
    except (AttributeError, LookupError, TypeError):
        raise Unusable("sent something that is no chat completion") from None
    text = without_thoughts(readable(text))
    if not text:
        raise Unusable(_silent(bool(_thoughts(choice.message)), reason))
    if reason is not None and not _complete(reason):
        raise Unusable("did not finish its answer")
    return Answer(text, model_of(reply, model), reason or "stop")


def model_of(reply: Any, otherwise: str) -> str:
    return readable(getattr(reply, "model", None)).strip()[:80] or otherwise


def readable(sent: Any) -> str:
    """Of a text, what can be stored and sent on: JSON may hold NULs and halves of surrogate pairs.
    Of anything else nothing."""
    if not isinstance(sent, str):
        return ""
    if sent.isascii() and "\0" not in sent:
        return sent
    return sent.replace("\0", "").encode("utf-8", "ignore").decode()


def tokens_of(reply: Any) -> Tokens | None:
    """What the provider says it took; None if it says nothing that can be true."""
    usage = getattr(reply, "usage", None)
    prompt = _number(usage, "prompt_tokens")
    completion = _number(usage, "completion_tokens")
    if not prompt or completion is None:
        return None
    details = getattr(usage, "prompt_tokens_details", None)
    cached = _number(usage, "prompt_cache_hit_tokens") or _number(details, "cached_tokens") or 0
    return Tokens(prompt, min(cached, prompt), completion)


class StreamedAnswer:
    """Fed chunk by chunk, None at the end."""

    def __init__(self, model: str) -> None:
        self.ended = False
        self.model = model
        self.tokens: Tokens | None = None
        self.raw = ""
        """All that came, thoughts too: it is paid for."""
        self._thinking = ThinkFilter()
        self._reason: str | None = None
        self._said = False

    @property
    def finished(self) -> bool:
        """The last word was said."""
        return self._reason is not None

    def feed(self, chunk: Any) -> str:
        """What may be shown now. Raises Unusable, at the end also when the answer is not whole."""
        self.ended = chunk is None
        piece = self._thinking.finish() if self.ended else self._thinking.feed(self._delta(chunk))
        self._said = self._said or bool(piece.strip())
        if self.ended and not _complete(self._reason):
            raise Unusable("broke off in the middle of its answer")
        if self.ended and not self._said:
            raise Unusable(_silent(bool(self.raw.strip()), self._reason))
        return piece

    def check_length(self) -> None:
        """Raises CutOff for an answer that was longer than it may be."""
        if self._reason == CUT:
            raise CutOff("was cut off at the longest answer allowed")

    def _delta(self, chunk: Any) -> str:
        self.tokens = tokens_of(chunk) or self.tokens
        self.model = model_of(chunk, self.model)
        try:
            if not chunk.choices:
                return ""
            choice = chunk.choices[0]
            self._reason = choice.finish_reason or self._reason
            text = choice.delta.content if choice.delta else ""
        except (AttributeError, LookupError, TypeError):
            raise Unusable("sent something that is no chat completion") from None
        text = readable(text)
        self.raw += text + _thoughts(choice.delta)
        return text


def _thoughts(message: Any) -> str:
    """What a reasoning model says apart from its answer, by either name."""
    for name in ("reasoning_content", "reasoning"):
        if found := readable(getattr(message, name, None)):
            return found
    return ""


def _complete(reason: Any) -> bool:
    return isinstance(reason, str) and reason in COMPLETE


def _silent(thought: bool, reason: Any) -> str:
    if thought:
        return "thought and said nothing; switch its thinking off"
    return "was cut off before its first word" if reason == CUT else "sent an empty answer"


def _number(holder: Any, name: str) -> int | None:
    found = getattr(holder, name, None)
    if not isinstance(found, int) or isinstance(found, bool):
        return None
    return found if 0 <= found <= MOST_TOKENS else None
