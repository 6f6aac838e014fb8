"""A page that asks before something is done that cannot be undone. It works without scripts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from portal.access import Visit, show


def ask(
    request: HttpRequest, visit: Visit, *, tab: str, title: str, text: str, button: str
) -> HttpResponse:
    """Sends its form to the page's own address; the way back leads to the tab."""
    context = {
        "tab": tab,
        "title": title,
        "text": text,
        "button": button,
        "back": reverse(f"portal:{tab}", args=[visit.server.server_id]),
    }
    return show(request, visit, "portal/confirm.html", context)
