"""The one error tree. Subject modules raise these; each kind of entry point turns them into its own
status codes in one place, by walking the class's MRO (gRPC: grpc_api/interceptors/errors.py)."""

from __future__ import annotations


class AIWorldError(Exception):
    """Root. `message` is meant for the caller: what was wrong and what to do, no secrets."""

    def __init__(self, message: str, *, field: str = "", retry_after: float | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        """The request field that was wrong, if one was."""
        self.retry_after = retry_after
        """Seconds after which the same call may succeed, if that is known."""


class Invalid(AIWorldError):
    """The request cannot be understood; sending it again will not help."""


class NotFound(AIWorldError):
    """What the request names does not exist on this server."""


class Unauthenticated(AIWorldError):
    """No key, or a key nobody knows."""


class Refused(AIWorldError):
    """The caller is known but may not do this, or the rules of the world forbid it."""


class SwitchedOff(Refused):
    """The caller may, but the owner has switched this off; do without."""


class OptedOut(SwitchedOff):
    """The player does not want AI; do without."""


class Muted(SwitchedOff):
    """A game master has muted the player; do without."""


class Conflict(AIWorldError):
    """The request contradicts what is already stored (e.g. a request id used for another body)."""


class OverQuota(AIWorldError):
    """A limit is reached; `retry_after` says when to come back."""

    def __init__(
        self, message: str, *, limit: str = "", field: str = "", retry_after: float | None = None
    ) -> None:
        super().__init__(message, field=field, retry_after=retry_after)
        self.limit = limit
        """Which one, for programs: calls_per_minute, concurrent_npcs ..."""


class Unavailable(AIWorldError):
    """Something this needs is away (model, database, cache); the same call may succeed later."""


class DeadlineExceeded(Unavailable):
    """The caller's time ran out before there was an answer."""
