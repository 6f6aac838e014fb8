"""Asking people to join a server by mail. The link is worth nothing without the mailbox: it is
taken up only by an account that has proved the invited address."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPException

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from aiworld.errors import Conflict, Invalid, NotFound, OverQuota, Refused, Unavailable
from aiworld.mail import with_html
from tenants import audit, members, plans
from tenants.context import in_schema
from tenants.models import AuditEntry, Invitation, Membership, Role, Server

log = logging.getLogger(__name__)

LIFETIME = timedelta(days=7)
DAY = timedelta(days=1)
MAILS_A_DAY = 30
"""Per server, sent again or not, so that nobody's mailbox is flooded through us."""
MAILS = ("member.invited", "member.invited_again")
Link = Callable[[str], str]
"""Makes the absolute address for a token."""


def digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()  # 256 random bits need no slow hash


def invite(
    server: Server, *, email: str, role: str, by: object, link: Link, address: str | None = None
) -> Invitation:
    """Raises Invalid (address, role), Refused (rank), Conflict (member or asked already), OverQuota
    (mails a day) and Unavailable if it stands but its mail could not be sent."""
    email = _cleaned(email)
    if role not in Role.values:
        raise Invalid(_("Choose a role."), field="role")
    with in_schema(), transaction.atomic():
        now = Server.objects.hold(server)
        members.demand(now, by, role)
        _check_wanted(now, email)
        _check_room(now)
        _check_mails(now)
        token = secrets.token_urlsafe(32)
        row = Invitation.objects.create(
            server=now,
            email=email,
            role=role,
            digest=digest(token),
            invited_by=by if isinstance(by, User) else None,
            expires_at=timezone.now() + LIFETIME,
        )
        _note(row, by=by, action="member.invited", address=address)
    _send(row, link(token))
    return row


def send_again(
    invitation: Invitation, *, by: object, link: Link, address: str | None = None
) -> Invitation:
    """With a new link and seven more days; the old link ends. Raises as `invite` does."""
    with in_schema(), transaction.atomic():
        row = _held(invitation)
        members.demand(row.server, by, row.role)
        _check_mails(row.server)
        token = secrets.token_urlsafe(32)
        row.digest, row.created_at = digest(token), timezone.now()
        row.expires_at = row.created_at + LIFETIME
        row.invited_by = by if isinstance(by, User) else None
        row.save(update_fields=["digest", "created_at", "expires_at", "invited_by"])
        _note(row, by=by, action="member.invited_again", address=address)
    _send(row, link(token))
    return row


def revoke(invitation: Invitation, *, by: object, address: str | None = None) -> None:
    with in_schema(), transaction.atomic():
        row = _held(invitation)
        members.demand(row.server, by, row.role)
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at"])
        _note(row, by=by, action="member.uninvited", address=address)


def find(token: str) -> Invitation:
    """The open invitation of a link. Raises NotFound, which says why if that can be told."""
    with in_schema():
        rows = Invitation.objects.select_related("server", "invited_by")
        row = rows.filter(digest=digest(token)).first()
    if row is None or row.revoked_at:
        raise NotFound(
            _("This invitation is not valid. It may have been taken back, or sent again since.")
        )
    if row.accepted_at:
        raise NotFound(_("This invitation was accepted already."))
    if row.expires_at <= timezone.now():
        raise NotFound(_("This invitation has expired. Ask for a new one."))
    if row.server.status == Server.Status.LEAVING:
        raise NotFound(_("This server is about to be deleted; nobody can join it."))
    return row


def accept(token: str, user: User, *, address: str | None = None) -> Membership:
    """Raises NotFound as `find` does, and Refused unless the account has proved the address that
    was invited. A member keeps the role they have."""
    with in_schema(), transaction.atomic():
        Server.objects.hold(find(token).server)
        row = find(token)  # again: it may have been taken back, or taken up, in between
        if not proved(row, user):
            raise Refused(
                _(
                    "This invitation is for %(address)s, and your account has not confirmed that "
                    "address."
                )
                % {"address": masked(row.email)}
            )
        membership, joined = Membership.objects.get_or_create(
            user=user, server=row.server, defaults={"role": row.role}
        )
        row.accepted_at = timezone.now()
        row.save(update_fields=["accepted_at"])
        if joined:
            audit.note(
                row.server,
                actor=user,
                action="member.joined",
                target=audit.name_of(user),
                details={"role": row.role},
                address=address,
            )
    return membership


def proved(invitation: Invitation, user: User) -> bool:
    mine = EmailAddress.objects.filter(user=user, verified=True)
    return user.is_active and mine.filter(email__iexact=invitation.email).exists()


def masked(email: str) -> str:
    """Enough for its owner to know it, too little for whoever was forwarded the link."""
    name, _at, domain = email.partition("@")
    return f"{name[:1]}…@{domain}"


def _cleaned(email: str) -> str:
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Invalid(_("Enter a valid e-mail address."), field="email") from error
    return email


def _check_wanted(server: Server, email: str) -> None:
    if server.status == Server.Status.LEAVING:
        raise Conflict(_("This server is about to be deleted; nobody can join it."))
    proved_by = EmailAddress.objects.filter(email__iexact=email, verified=True).values("user")
    if Membership.objects.filter(server=server, user__in=proved_by).exists():
        raise Conflict(_("This person is a member already."), field="email")
    waiting = Invitation.objects.filter(server=server, email=email, accepted_at=None)
    if Invitation.objects.open().filter(server=server, email=email).exists():
        raise Conflict(
            _("This person has an open invitation. Send it again instead."), field="email"
        )
    waiting.filter(revoked_at=None).update(revoked_at=timezone.now())  # expired: make room


def _check_room(server: Server) -> None:
    most = plans.plan(server.billing_tier).members
    asked = Invitation.objects.open().filter(server=server).count()
    if Membership.objects.filter(server=server).count() + asked >= most:
        raise OverQuota(
            _("Your plan has %(number)d members, open invitations included.") % {"number": most}
        )


def _check_mails(server: Server) -> None:
    sent = AuditEntry.objects.filter(
        server=server, action__in=MAILS, created_at__gt=timezone.now() - DAY
    )
    if sent.count() >= MAILS_A_DAY:
        raise OverQuota(
            _("This server has sent %(number)d invitations in a day. Go on tomorrow.")
            % {"number": MAILS_A_DAY},
            retry_after=DAY.total_seconds(),
        )


def _held(invitation: Invitation) -> Invitation:
    Server.objects.hold(invitation.server)
    rows = Invitation.objects.select_related("server").filter(pk=invitation.pk)
    row = rows.filter(accepted_at=None, revoked_at=None).first()
    if row is None:
        raise Conflict(_("This invitation is not open any more."))
    return row


def _note(row: Invitation, *, by: object, action: str, address: str | None) -> None:
    audit.note(
        row.server,
        actor=by,
        action=action,
        target=row.email,
        details={"role": row.role},
        address=address,
    )


def _send(row: Invitation, link: str) -> None:
    """In the language of whoever invites; the platform does not know the other's."""
    asker = audit.name_of(row.invited_by) if row.invited_by else audit.PLATFORM
    context = {"invitation": row, "server": row.server, "link": link, "asker": asker}
    subject = " ".join(render_to_string("mail/invitation_subject.txt", context).split())
    body = render_to_string("mail/invitation.txt", context)
    message = EmailMultiAlternatives(subject, body, settings.DEFAULT_FROM_EMAIL, [row.email])
    try:
        with_html(message).send()
    except (OSError, SMTPException) as error:
        log.warning("an invitation's mail was not sent (%s)", type(error).__name__)
        raise Unavailable(
            _("The invitation stands, but its mail could not be sent. Send it again later.")
        ) from error
