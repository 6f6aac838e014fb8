"""Which game servers a client's certificate is for. A stolen API key is of no use with it."""

from __future__ import annotations

import re
from typing import Any

SERVER_ID = re.compile(r"server-[0-9a-f]{16}")
SCHEME = "aiworld://"
NAMES = "x509_subject_alternative_name"


def uri_of(server_id: str) -> str:
    return f"{SCHEME}{server_id}"


def named(context: Any) -> frozenset[str]:
    """Ids of the servers whose map-server this call's certificate says it is: gRPC has verified it.
    Empty for a certificate of somebody else, and for a connection without one."""
    names = context.auth_context().get(NAMES, ())
    texts = (name.decode("ascii", "replace") for name in names)
    return frozenset(text.removeprefix(SCHEME) for text in texts if text.startswith(SCHEME))
