"""Mails to the people of a server."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from tenants.context import in_schema
from tenants.models import Membership, Role, Server

log = logging.getLogger(__name__)


def send(server: Server, name: str, context: dict[str, Any]) -> int:
    """The mail of templates/mail/<name>.txt to owners and admins, each alone, in the server's
    language; returns how many were sent. One that cannot be sent is logged."""
    language = "pt-br" if server.language == "pt" else server.language
    values = {"server": server, **context}
    with translation.override(language):
        subject = " ".join(render_to_string(f"mail/{name}_subject.txt", values).split())
        body = render_to_string(f"mail/{name}.txt", values)
    return sum(_sent(server, subject, body, address) for address in addresses(server))


def addresses(server: Server) -> list[str]:
    roles = (Role.OWNER, Role.ADMIN)
    with in_schema():
        people = Membership.objects.filter(server=server, role__in=roles, user__is_active=True)
        found = {server.contact_email, *people.values_list("user__email", flat=True)}
    return sorted(address for address in found if address)


def _sent(server: Server, subject: str, body: str, address: str) -> bool:
    try:
        send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [address])
    except (OSError, SMTPException) as error:
        log.warning("a mail about %s was not sent (%s)", server.server_id, type(error).__name__)
        return False
    return True
