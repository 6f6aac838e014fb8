"""How a form's sending ended, told on the next page."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest

from aiworld.errors import AIWorldError


def attempt(request: HttpRequest, action: Callable[[], object], *, done: str) -> bool:
    """Do it and say `done`, or say why not."""
    try:
        action()
    except AIWorldError as error:
        messages.error(request, error.message)
        return False
    messages.success(request, done)
    return True
