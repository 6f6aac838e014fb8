"""A word per server that no reply may hold. It stands in the prompt's system part and nowhere else,
so a reply that holds it repeats the prompt, whatever else it looks like."""

from __future__ import annotations

import base64

from django.utils.crypto import salted_hmac

from tenants.models import Server

SALT = "npcs.canary"
LENGTH = 16


def mark(server: Server) -> str:
    """Letters and digits; the same in every process, another on every server."""
    digest = salted_hmac(SALT, server.schema_name, algorithm="sha256").digest()
    return base64.b32encode(digest).decode()[:LENGTH]
