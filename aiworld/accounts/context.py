"""What every page knows about accounts."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

from aiworld.accounts import returning
from aiworld.addresses import client_address


def accounts(request: HttpRequest) -> dict[str, object]:
    return {
        "signup_open": settings.SIGNUP_OPEN or returning.invited(request),
        "mail_in_files": not settings.EMAIL_URL,
        "mail_folder": mail_folder(request),
    }


def mail_folder(request: HttpRequest) -> str:
    """Where this installation writes mails, for whoever sits at its machine; else empty. A proxy on
    the same machine must not make everybody seem to: forwarded requests count as foreign unless
    the proxy is trusted to say from where."""
    if settings.EMAIL_URL:
        return ""
    forwarded = "x-forwarded-for" in request.headers and not settings.TRUSTED_PROXY_COUNT
    near = not forwarded and not settings.HTTPS and ip_address(client_address(request)).is_loopback
    return str(settings.MAIL_DIR) if near or settings.DEBUG else ""
