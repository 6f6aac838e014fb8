"""Who is knocking: the address of a request's client, behind proxies too."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"  # nosec B104: nothing listens on it


def client_address(request: HttpRequest) -> str:
    """Each trusted proxy appends the address it was asked from to X-Forwarded-For, so the client's
    is as many entries from the right as there are such proxies. What stands further left anyone may
    have written. With fewer entries than proxies somebody came past them: then the peer counts."""
    peer = _address(request.META.get("REMOTE_ADDR", "")) or UNKNOWN
    told = request.headers.get("x-forwarded-for", "")
    return behind(settings.TRUSTED_PROXY_COUNT, told) or peer


def behind(trusted: int, forwarded: str) -> str:
    """The address that the outermost of so many proxies was asked from; empty if there are none,
    or if it cannot be told."""
    hops = [hop for hop in forwarded.split(",") if hop.strip()]
    return _address(hops[-trusted]) if 0 < trusted <= len(hops) else ""


def _address(text: str) -> str:
    """Empty for what is no address. Some proxies add the port."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)
