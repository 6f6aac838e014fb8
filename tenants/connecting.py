"""How far a map-server has come, and what its owner can do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenants.context import in_schema
from tenants.models import HandshakeAttempt, Server

Outcome = HandshakeAttempt.Outcome
RECENT = timedelta(days=7)
"""An attempt that failed longer ago says nothing about today."""

ADVICE: dict[str, tuple[Promise, Promise]] = {
    Outcome.WRONG_KEY: (
        _("The map-server's key is not known here."),
        _(
            "Copy the key again into ai_sidecar_api_key, whole and without spaces. If you do not "
            "have it any more, make another one under Keys."
        ),
    ),
    Outcome.KEY_EXPIRED: (
        _("The map-server's key has expired."),
        _("It was replaced by another one. Put the newer key into ai_sidecar_api_key."),
    ),
    Outcome.KEY_REVOKED: (
        _("The map-server's key was revoked."),
        _("Make another key under Keys and put it into ai_sidecar_api_key."),
    ),
    Outcome.WRONG_SERVER_ID: (
        _("The key is right, but the map-server says it is another server."),
        _("Set ai_sidecar_game_server_id to the server id on this page."),
    ),
    Outcome.WRONG_CLOCK: (
        _("The map-server's clock is wrong."),
        _("Switch time synchronisation on there: timedatectl set-ntp true"),
    ),
    Outcome.WRONG_PROTOCOL: (
        _("The map-server's client speaks another version of the protocol."),
        _("Update the client, or ask the operator to update this installation."),
    ),
}


class State(StrEnum):
    CONNECTED = "connected"
    TROUBLE = "trouble"
    SILENT = "silent"


@dataclass(frozen=True)
class Problem:
    attempt: HandshakeAttempt
    title: Promise
    advice: Promise


@dataclass(frozen=True)
class Connection:
    state: State
    since: datetime | None
    """The last Handshake."""
    problems: list[Problem]
    """Later than that, the latest first."""


def connection_of(server: Server) -> Connection:
    since = server.last_handshake_at
    with in_schema():
        attempts = HandshakeAttempt.objects.filter(server=server)
        known = attempts.filter(outcome=Outcome.ACCEPTED).values_list("address", flat=True).first()
        failed = attempts.filter(at__gt=timezone.now() - RECENT)
        failed = failed.filter(Q(at__gt=since) if since else Q()).exclude(outcome=Outcome.ACCEPTED)
        problems = [Problem(row, *ADVICE[row.outcome]) for row in failed.order_by("-at")]
    if any(_keeps_out(problem.attempt, known) for problem in problems):
        return Connection(State.TROUBLE, since, problems)
    return Connection(State.CONNECTED if since else State.SILENT, since, problems)


def _keeps_out(attempt: HandshakeAttempt, known: str | None) -> bool:
    """Whether it is the map-server, last let in from `known`, that is kept out. With a wrong clock
    it is let in all the same; and a wrong key, which anybody can send, may be a stranger's."""
    if attempt.outcome == Outcome.WRONG_KEY and known:
        return attempt.address == known
    return attempt.outcome != Outcome.WRONG_CLOCK
