"""Where somebody wanted to go who had to make an account first. The address they came with is lost
on the way through their mailbox; the session remembers it."""

from __future__ import annotations

from django.http import HttpRequest

KEY, INVITED = "come_back_to", "invited"


def remember(request: HttpRequest) -> None:
    """The page that is asked for now; a path of ours, so nobody is led elsewhere."""
    request.session[KEY] = request.path


def take(request: HttpRequest) -> str | None:
    """Once."""
    path: str | None = request.session.pop(KEY, None)
    return path


def invite(request: HttpRequest) -> None:
    """Whoever came with an invitation may make an account although strangers may not."""
    request.session[INVITED] = True


def invited(request: HttpRequest) -> bool:
    return INVITED in request.session
