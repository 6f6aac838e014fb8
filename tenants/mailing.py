"""Mails to the owners of a server."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from tenants.models import Membership, Role, Server

log = logging.getLogger(__name__)


def owners(server: Server) -> list[str]:
    """Addresses. Call it outside of a server's schema."""
    people = Membership.objects.filter(server=server, role=Role.OWNER, user__is_active=True)
    addresses = {server.contact_email, *people.values_list("user__email", flat=True)}
    return sorted(address for address in addresses if address)


def send(name: str, server: Server, recipients: Sequence[str], **more: Any) -> None:
    """templates/mail/<name>.txt in the server's language; what it tells of stands even if no mail
    can be sent."""
    language = "pt-br" if server.language == "pt" else server.language
    context = {"server": server, "days": settings.SERVER_DELETION_DAYS} | more
    with translation.override(language):
        subject = " ".join(render_to_string(f"mail/{name}_subject.txt", context).split())
        body = render_to_string(f"mail/{name}.txt", context)
    for recipient in recipients:  # each alone: they need not know each other's address
        try:
            send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [recipient])
        except (OSError, SMTPException) as error:
            log.warning("a mail about %s was not sent (%s)", server.server_id, type(error).__name__)
