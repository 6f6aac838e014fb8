"""A server's keys, as its owner keeps them: made by name, rotated with an overlap, revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aiworld.errors import Conflict, Invalid, OverQuota
from tenants import api_keys, audit, plans
from tenants.context import in_schema
from tenants.models import ApiKey, Server

OVERLAPS = {
    "now": timedelta(0),
    "1h": timedelta(hours=1),
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
}
"""How long the old key goes on working after a rotation; the owner chooses."""
NAME_LENGTH = 60


class State(StrEnum):
    ACTIVE = "active"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    REVOKED = "revoked"


def state(key: ApiKey, *, now: datetime | None = None) -> State:
    if key.revoked_at:
        return State.REVOKED
    if key.expires_at is None:
        return State.ACTIVE
    return State.EXPIRED if key.expires_at <= (now or timezone.now()) else State.EXPIRING


@dataclass(frozen=True)
class Made:
    row: ApiKey
    key: str
    """Shown once."""


def most(server: Server) -> int:
    return plans.plan(server.billing_tier).keys


def lasting(server: Server) -> int:
    """How many keys count against the plan: those that end by themselves do not."""
    return ApiKey.objects.filter(server=server, revoked_at=None, expires_at=None).count()


def add(
    server: Server,
    *,
    name: str,
    by: object,
    address: str | None = None,
    beyond_plan: bool = False,
) -> Made:
    """One more key. Raises Invalid for a bad name and OverQuota if the plan has no more, which only
    the operator may pass over."""
    name = _cleaned(name)
    with in_schema(), transaction.atomic():
        Server.objects.hold(server)
        if not beyond_plan and lasting(server) >= most(server):
            raise OverQuota(
                _("Your plan has %(number)d keys, and all are in use. Revoke one first.")
                % {"number": most(server)}
            )
        made = _issue(server, name)
        audit.note(
            server,
            actor=by,
            action="key.issued",
            target=name,
            details={"prefix": made.row.prefix},
            address=address,
        )
    return made


def rotate(key: ApiKey, *, overlap: timedelta, by: object, address: str | None = None) -> Made:
    """A new key in the place of `key`, which goes on working for `overlap`.

    Raises Conflict for a key that has an end already: its successor is the one to rotate."""
    if overlap not in OVERLAPS.values():
        raise Invalid(_("Choose how long the old key shall go on working."), field="overlap")
    with in_schema(), transaction.atomic():
        Server.objects.hold(key.server)
        old = ApiKey.objects.select_related("server").get(pk=key.pk)
        if state(old) is not State.ACTIVE:
            raise Conflict(_("This key has an end already. Rotate the one that replaced it."))
        made = _issue(old.server, old.name)
        now = timezone.now()
        if overlap:
            old.expires_at = now + overlap
        else:
            old.revoked_at = now
        old.save(update_fields=["expires_at", "revoked_at"])
        audit.note(
            old.server,
            actor=by,
            action="key.rotated",
            target=old.name,
            details={
                "old": old.prefix,
                "new": made.row.prefix,
                "old_works_until": (old.expires_at or now).isoformat(timespec="seconds"),
            },
            address=address,
        )
        transaction.on_commit(api_keys.forget_all)
    return made


def revoke(key: ApiKey, *, by: object, address: str | None = None) -> None:
    """It is refused at once here, and within api_keys.CACHE_SECONDS by every other process."""
    with in_schema(), transaction.atomic():
        if not ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()):
            raise Conflict(_("This key was revoked already."))
        audit.note(
            key.server,
            actor=by,
            action="key.revoked",
            target=key.name,
            details={"prefix": key.prefix},
            address=address,
        )
        transaction.on_commit(api_keys.forget_all)


def _cleaned(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= NAME_LENGTH or not name.isprintable():
        raise Invalid(
            _("Give the key a name of 1 to %(length)d characters.") % {"length": NAME_LENGTH},
            field="name",
        )
    return name


def _issue(server: Server, name: str) -> Made:
    key = api_keys.issue(server, name=name)
    return Made(ApiKey.objects.get(digest=api_keys.digest(key)), key)
