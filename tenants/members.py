"""People of a server: what their role lets them do with others', and how it ends.

Nobody gives, changes or takes a role above their own, and a server always has an owner."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _

from aiworld.errors import Conflict, Refused
from tenants import audit, live
from tenants.context import in_schema
from tenants.middleware import role_of
from tenants.models import Invitation, Membership, Role, Server

RANKS = [Role.VIEWER, Role.EDITOR, Role.ADMIN, Role.OWNER]
"""Each may do what those before it may."""
PLATFORM = object()
"""Stands for the platform itself where a person is asked for: it may give any role."""


def rank(role: str | None) -> int:
    """0 for a stranger."""
    return RANKS.index(Role(role)) + 1 if role else 0


def grantable(role: str | None) -> list[Role]:
    """Which roles somebody in `role` may give and take, the highest first."""
    return RANKS[rank(role) - 1 :: -1] if rank(role) >= rank(Role.ADMIN) else []


def demand(server: Server, by: object, *roles: str) -> None:
    """Raises Refused unless `by` may give and take all of `roles` on the server now."""
    if by is PLATFORM:
        return
    may = grantable(role_of(by, server))
    if not may:
        raise Refused(_("Only owners and admins may change members."))
    if not set(roles) <= set(may):
        raise Refused(_("You cannot give, change or take a role above your own."))


def change_role(
    membership: Membership, role: str, *, by: object, address: str | None = None
) -> Membership:
    """Raises Refused if `by` may not, Conflict if the server would have no owner."""
    with in_schema(), transaction.atomic():
        row = _held(membership)
        demand(row.server, by, row.role, role)
        if row.role == role:
            return row
        old, row.role = row.role, Role(role)
        if old == Role.OWNER:
            _keep_an_owner(row)
        row.save(update_fields=["role"])
        _withdraw_invitations(row.server, row.user, above=rank(role))
        audit.note(
            row.server,
            actor=by,
            action="member.role_changed",
            target=audit.name_of(row.user),
            details={"old": old, "new": role},
            address=address,
        )
    return row


def remove(membership: Membership, *, by: object, address: str | None = None) -> None:
    """Raises Refused if `by` may not, Conflict for the last owner."""
    with in_schema(), transaction.atomic():
        row = _held(membership)
        demand(row.server, by, row.role)
        _end(row, by=by, action="member.removed", address=address)


def leave(membership: Membership, *, address: str | None = None) -> None:
    """One's own going. Raises Conflict for the last owner."""
    with in_schema(), transaction.atomic():
        row = _held(membership)
        _end(row, by=row.user, action="member.left", address=address)


def _held(membership: Membership) -> Membership:
    """As it is now, with the server locked: two owners cannot demote each other at once."""
    Server.objects.hold(membership.server)
    row = Membership.objects.select_related("user", "server").filter(pk=membership.pk).first()
    if row is None:
        raise Conflict(_("This person is no member any more."))
    return row


def _end(row: Membership, *, by: object, action: str, address: str | None) -> None:
    if row.role == Role.OWNER:
        _keep_an_owner(row)
    _withdraw_invitations(row.server, row.user, above=0)
    audit.note(
        row.server,
        actor=by,
        action=action,
        target=audit.name_of(row.user),
        details={"role": row.role},
        address=address,
    )
    row.delete()


def _keep_an_owner(row: Membership) -> None:
    others = Membership.objects.filter(server=row.server, role=Role.OWNER).exclude(pk=row.pk)
    if not others.filter(user__is_active=True).exists():
        raise Conflict(_("A server needs an owner. Make somebody else an owner first."))


def _withdraw_invitations(server: Server, user: User, *, above: int) -> None:
    """What somebody may no longer give must not be given by a link they sent before."""
    roles = [role for role in RANKS if rank(role) > above or above < rank(Role.ADMIN)]
    open_ones = Invitation.objects.open().filter(server=server, invited_by=user, role__in=roles)
    open_ones.update(revoked_at=timezone.now())


@receiver([post_save, post_delete], sender=Membership)
def _tell_watchers(instance: Membership, created: bool = False, **kwargs: Any) -> None:
    """Whoever has a page open learns at once, however the change was made."""
    if not created:
        live.access_changed(instance.server, user_id=instance.user_id)


@receiver(post_save, sender=User)
def _tell_watchers_of_the_account(instance: User, created: bool = False, **kwargs: Any) -> None:
    if not created and not instance.is_active:
        for row in Membership.objects.filter(user=instance).select_related("server"):
            live.access_changed(row.server, user_id=instance.pk)
