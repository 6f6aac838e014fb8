"""A server that registers itself, without a person signed in.

It belongs to whoever holds its key, and to the account that takes up the invitation sent to its
contact address. One that nobody ever used is removed after a week."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from aiworld.errors import AIWorldError, Refused
from tenants import audit, invitations, members, plans, provisioning, quotas
from tenants.context import in_schema
from tenants.models import ApiKey, AuditEntry, Role, Server
from tenants.provisioning import Provisioned

log = logging.getLogger(__name__)

ACTION = "server.registered"
UNCLAIMED = timedelta(days=7)
CLOSED = "registration is closed here; ask the platform's operator for a server"
NOT_OPEN = "this tier is given by the platform's operator only"


def register(
    chosen: Mapping[str, Any], *, address: str, link: Callable[[str], str] | None
) -> Provisioned:
    """`chosen`: name, contact_email, billing_tier and limits. `link` makes the address of an
    invitation; None: there are none here.

    Raises Refused if registration is closed, the tier is not to be chosen or a limit is above it,
    OverQuota if too many register or the installation is full, Conflict for a name that is
    taken."""
    if not settings.REGISTRATION_OPEN:
        raise Refused(CLOSED)
    _check(chosen)
    for name, limit in (
        (f"register:{address}", settings.REGISTRATIONS_PER_ADDRESS_PER_HOUR),
        ("register", settings.REGISTRATIONS_PER_HOUR),
    ):
        quotas.take_for(name, limit=limit, per_seconds=quotas.HOUR)

    def also(server: Server) -> None:
        audit.note(server, actor=None, action=ACTION, target=server.name, address=address)

    with transaction.atomic():
        made = provisioning.provision(also=also, **chosen)
        if link is not None:
            transaction.on_commit(lambda: _invite(made.server, link, address))
    return made


def _check(chosen: Mapping[str, Any]) -> None:
    tier = str(chosen["billing_tier"])
    if tier not in plans.open_tiers():
        raise Refused(NOT_OPEN, field="billing_tier")
    for name, words in plans.excesses(tier, chosen):
        raise Refused(words, field=name)


def _invite(server: Server, link: Callable[[str], str], address: str) -> None:
    """The key was handed out already: a mail that cannot be sent must not turn that into an
    error."""
    try:
        invitations.invite(
            server,
            email=server.contact_email,
            role=Role.OWNER,
            by=members.PLATFORM,
            link=link,
            address=address,
        )
    except AIWorldError as error:
        log.warning("%s: no invitation was sent: %s", server.server_id, error)


def unclaimed() -> QuerySet[Server]:
    """Registered by nobody in particular, and not used since: no member, no Handshake, no call."""
    registered = AuditEntry.objects.filter(server=OuterRef("pk"), action=ACTION)
    used = ApiKey.objects.filter(server=OuterRef("pk"), last_used_at__isnull=False)
    return Server.objects.filter(
        Exists(registered),
        ~Exists(used),
        memberships=None,
        last_handshake_at=None,
        created_at__lt=timezone.now() - UNCLAIMED,
    )


def remove_unclaimed() -> int:
    with in_schema():
        gone = list(unclaimed())
        for server in gone:
            log.info("%s was registered and never used: removed", server.server_id)
            provisioning.remove(server)
    return len(gone)
