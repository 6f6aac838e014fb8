"""Where a call came from, as gRPC tells it: ipv4:192.0.2.1:50123, ipv6:%5B2001:db8::1%5D:50123,
unix:/run/aiworld.sock."""

from __future__ import annotations

import ipaddress
from urllib.parse import unquote

from django.conf import settings

from aiworld.addresses import behind


def caller(peer: str, forwarded: str) -> str:
    """The map-server's address, behind proxies of ours too (GRPC_TRUSTED_PROXY_COUNT), who say
    in `forwarded` whom they were asked by."""
    return behind(settings.GRPC_TRUSTED_PROXY_COUNT, forwarded) or address_of(peer)


def address_of(peer: str) -> str:
    """The address alone; empty for a socket of this machine, and for what is no address."""
    kind, _, rest = unquote(peer).partition(":")
    if kind not in ("ipv4", "ipv6"):
        return ""
    host = rest.rpartition(":")[0].strip("[]").partition("%")[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)
