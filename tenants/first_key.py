"""The first key of a new server, made when its owner is ready to see it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from aiworld.errors import Refused
from tenants import key_ring
from tenants.context import in_schema
from tenants.models import ApiKey, Server

NAME = "map-server"


def wanted(server: Server) -> bool:
    """Whether no key of the server was ever used."""
    with in_schema():
        return not ApiKey.objects.filter(server=server, last_used_at__isnull=False).exists()


def issue(server: Server, *, by: object, address: str | None = None) -> str:
    """The key, which nobody can read again. Asked for once more (a second click, a page that was
    closed too early), it takes the place of the one that was never used.

    Raises Refused once a key is in use."""
    with in_schema(), transaction.atomic():
        Server.objects.hold(server)
        if not wanted(server):
            raise Refused(_("Your map-server uses a key already. Make further keys on this page."))
        unseen = ApiKey.objects.filter(server=server, name=NAME, revoked_at=None)
        for row in unseen.select_related("server"):
            key_ring.revoke(row, by=by, address=address)
        return key_ring.add(server, name=NAME, by=by, address=address).key
