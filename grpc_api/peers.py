"""Where a call came from, as gRPC tells it: ipv4:192.0.2.1:50123, ipv6:%5B2001:db8::1%5D:50123,
unix:/run/aiworld.sock."""

from __future__ import annotations

import ipaddress
from urllib.parse import unquote


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
