"""A server's life: made for its owner, suspended and resumed, asked to go, kept or removed."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aiworld.errors import Conflict, Invalid, Refused
from tenants import api_keys, audit, live, mailing, plans, provisioning, server_jobs
from tenants.context import in_schema
from tenants.models import Job, Membership, Role, Server

log = logging.getLogger(__name__)

PROVISION = "tenants.tasks.provision_server"
STEPS = len(provisioning.STEPS)
CHANGEABLE = (
    "name",
    "contact_email",
    "billing_tier",
    "language",
    "code_page",
    "page_columns",
    "page_lines",
    "client_links",
    "rathena_mode",
    "ai_enabled",
    "moderation",
    "ai_notice",
    *plans.LIMITS,
)
"""What an owner chooses."""


def ask_for(chosen: Mapping[str, Any], *, by: User, job_id: uuid.UUID, address: str | None) -> Job:
    """The job that makes a server with these fields; the same `job_id` twice makes one.

    Raises OverQuota if the account or the installation has no room, Conflict if the name is taken,
    Invalid if a limit is above the plan's."""
    with in_schema(), transaction.atomic():
        server_jobs.one_start_at_a_time()
        if known := server_jobs.started(job_id, by=by):
            return known
        _check(chosen, by)
        asked = {"chosen": dict(chosen), "address": address}
        return server_jobs.start(
            Job.Kind.PROVISION, task=PROVISION, by=by, asked=asked, job_id=job_id
        )


def try_again(job: Job, *, by: User) -> None:
    """A failed job starts afresh, if there is still room. Raises as `ask_for` does."""
    with in_schema(), transaction.atomic():
        server_jobs.one_start_at_a_time()
        if job.kind == Job.Kind.PROVISION:
            _check(job.asked["chosen"], by)
        elif Job.objects.open().filter(server=job.server, kind=job.kind).exists():
            raise Conflict(_("This server has such a job already. Wait for its end."))
        if not server_jobs.retry(job):
            raise Conflict(_("This job has not failed."))


def _check(chosen: Mapping[str, Any], by: User) -> None:
    tier, name = str(chosen["billing_tier"]), chosen["name"]
    if tier not in plans.open_tiers():
        raise Refused(_("This plan is given by the operator only."), field="billing_tier")
    plans.check_room(tier, by)
    plans.check_platform()
    check_limits(tier, chosen)
    asked_for = Job.objects.open().filter(asked__chosen__name=name)
    if Server.objects.filter(name=name).exists() or asked_for.exists():
        raise Conflict(_("There is a server of that name already."), field="name")


def check_limits(tier: str, limits: Mapping[str, Any]) -> None:
    for name, text in plans.excesses(tier, limits):
        raise Invalid(text, field=name)


def create(work: server_jobs.Work) -> None:
    """What the job asks for: server, owner and the job's end in one transaction, so that a job that
    runs twice makes one server."""
    owner, asked = work.job.started_by, work.job.asked
    if owner is None or not owner.is_active:
        raise Refused(_("The account that asked for this server is closed."))

    def also(server: Server) -> None:
        Membership.objects.create(user=owner, server=server, role=Role.OWNER)
        audit.note(server, actor=owner, action="server.created", target=server.name,
                   details={"plan": server.billing_tier}, address=asked.get("address"))  # fmt: skip
        server_jobs.finish(work, {"server_id": server.server_id}, server=server)

    def progress(step: str) -> None:
        work.tell(step, done=provisioning.STEPS.index(step), total=STEPS)

    provisioning.provision(progress=progress, with_key=False, also=also, **asked["chosen"])


def change(
    server: Server, chosen: Mapping[str, Any], *, by: User, address: str | None
) -> dict[str, list[Any]]:
    """Raises Invalid for a limit above the plan's, Refused for a plan that is not open. Returns the
    old and the new value of each field that changed."""
    with in_schema(), transaction.atomic():
        row = Server.objects.hold(server)
        tier = str(chosen.get("billing_tier", row.billing_tier))
        if tier != row.billing_tier and tier not in plans.open_tiers():
            raise Refused(_("This plan is given by the operator only."), field="billing_tier")
        fields = [name for name in CHANGEABLE if name in chosen]
        changes = {
            name: [getattr(row, name), chosen[name]]
            for name in fields
            if getattr(row, name) != chosen[name]
        }
        if not changes:
            return {}
        for name, (_old, new) in changes.items():
            setattr(row, name, new)
        check_limits(tier, _to_check(row, changes))
        row.full_clean()
        row.save(update_fields=list(changes))
        audit.note(row, actor=by, action="server.changed", details=changes, address=address)
        transaction.on_commit(api_keys.forget_all)
    return changes


def _to_check(row: Server, changes: Mapping[str, Any]) -> dict[str, Any]:
    """All limits in a new plan; else those that were changed: the operator may have allowed more
    than the plan does."""
    names = plans.LIMITS if "billing_tier" in changes else set(plans.LIMITS) & set(changes)
    return {name: getattr(row, name) for name in names}


def switch_ai_off(server: Server, *, by: User, address: str | None = None) -> None:
    """Every NPC runs its own script: here at once, elsewhere within api_keys.CACHE_SECONDS."""
    change(server, {"ai_enabled": False}, by=by, address=address)


def switch_ai_on(server: Server, *, by: User, address: str | None = None) -> None:
    change(server, {"ai_enabled": True}, by=by, address=address)


def suspend(server: Server, *, by: User | None, address: str | None = None) -> None:
    """Its calls are refused here at once, elsewhere within api_keys.CACHE_SECONDS."""
    with in_schema(), transaction.atomic():
        row = _moved(server, {Server.Status.ACTIVE}, to=Server.Status.SUSPENDED)
        audit.note(row, actor=by, action="server.suspended", address=address)


def resume(server: Server, *, by: User | None, address: str | None = None) -> None:
    with in_schema(), transaction.atomic():
        row = _moved(server, {Server.Status.SUSPENDED}, to=Server.Status.ACTIVE)
        audit.note(row, actor=by, action="server.resumed", address=address)


def leave(
    server: Server, *, typed_name: str, by: User | None, address: str | None = None
) -> Server:
    """Its calls are refused from now on, and it is removed when the waiting period is over. Raises
    Invalid unless its name was typed. The owners learn by mail."""
    with in_schema(), transaction.atomic():
        if typed_name.strip() != Server.objects.hold(server).name:
            raise Invalid(
                _("Nothing was changed: type the name of the server to confirm."),
                field="typed_name",
            )
        until = timezone.now() + timedelta(days=settings.SERVER_DELETION_DAYS)
        states = {Server.Status.ACTIVE, Server.Status.SUSPENDED}
        row = _moved(server, states, to=Server.Status.LEAVING, delete_after=until)
        details = {"delete_after": until.isoformat(timespec="seconds")}
        audit.note(row, actor=by, action="server.leaving", details=details, address=address)
        recipients = mailing.owners(row)
        transaction.on_commit(lambda: mailing.send("server_leaving", row, recipients))
    return row


def keep(server: Server, *, by: User | None, address: str | None = None) -> None:
    """A leaving server stays, and answers again."""
    with in_schema(), transaction.atomic():
        row = _moved(server, {Server.Status.LEAVING}, to=Server.Status.ACTIVE)
        audit.note(row, actor=by, action="server.kept", address=address)


def _moved(
    server: Server,
    states: set[Server.Status],
    *,
    to: Server.Status,
    delete_after: datetime | None = None,
) -> Server:
    row = Server.objects.hold(server)
    if row.status not in states:
        raise Conflict(
            _("Nothing was changed: the server is in the state “%(state)s” already.")
            % {"state": row.get_status_display()}
        )
    row.status, row.delete_after = to, delete_after
    row.save(update_fields=["status", "delete_after"])
    transaction.on_commit(api_keys.forget_all)
    live.access_changed(row)
    return row


def remove_departed() -> int:
    """Delete every server whose waiting period is over, with all its data. One that cannot be
    deleted does not keep the others."""
    over = {"status": Server.Status.LEAVING, "delete_after__lte": timezone.now()}
    with in_schema():
        servers = list(Server.objects.filter(**over))
    removed = 0
    for server in servers:
        try:
            removed += _remove(server)
        except DatabaseError:
            log.exception("server %s could not be removed; it is tried again", server.server_id)
    return removed


def _remove(server: Server) -> bool:
    with in_schema(), transaction.atomic():
        row = Server.objects.select_for_update().filter(pk=server.pk).first()
        if row is None or row.status != Server.Status.LEAVING:
            return False
        recipients = mailing.owners(row)
        audit.note(row, actor=None, action="server.removed", target=row.name)
        provisioning.remove(row)
    mailing.send("server_removed", server, recipients)
    return True
