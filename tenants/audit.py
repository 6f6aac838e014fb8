"""Who did what to a server. An entry is written with the change it tells of: call `note` inside the
change's own transaction, and both are there or neither is."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenants.context import in_schema
from tenants.models import AuditEntry, Server

PLATFORM = "AI World"
"""The actor's name where the platform itself acted."""
ACTIONS: dict[str, Promise] = {
    "server.created": _("created the server"),
    "server.registered": _("registered the server over the API"),
    "server.changed": _("changed settings"),
    "server.suspended": _("suspended the server"),
    "server.resumed": _("resumed the server"),
    "server.leaving": _("asked for deletion"),
    "server.kept": _("cancelled the deletion"),
    "server.removed": _("deleted the server"),
    "server.restored": _("restored the server from a backup"),
    "key.issued": _("made a key"),
    "key.rotated": _("rotated a key"),
    "key.revoked": _("revoked a key"),
    "member.invited": _("invited a member"),
    "member.invited_again": _("sent an invitation again"),
    "member.uninvited": _("took back an invitation"),
    "member.joined": _("joined"),
    "member.role_changed": _("changed a role"),
    "member.removed": _("removed a member"),
    "member.left": _("left"),
    "llm.chosen": _("chose a language model"),
    "llm.tried": _("tried the language model"),
    "llm.removed": _("removed the language model"),
    "budget.chosen": _("chose the budget"),
    "rewards.changed": _("changed the reward policy"),
    "reward.reversed": _("took a reward back"),
    "budget.soft_stop": _("reached the soft stop of the budget"),
    "budget.hard_stop": _("reached the hard stop of the budget"),
    "severe.mailed": _("mailed owners and admins about severe words in a talk"),
    "player.opted_out": _("switched AI off for a player"),
    "player.opted_in": _("switched AI on for a player"),
    "player.exported": _("exported a player's data"),
    "player.erased": _("erased a player's data"),
    "agent.undone": _("took back what an agent changed"),
    "export.started": _("started an export"),
    "export.downloaded": _("downloaded an export"),
    "npcs.sample_added": _("added the sample town"),
}
"""How the audit page says them. An action that is not here is shown as it is written."""


def note(
    server: Server,
    *,
    actor: object,
    action: str,
    target: object = "",
    details: dict[str, Any] | None = None,
    address: str | None = None,
) -> AuditEntry:
    """`actor`: the person, or None for the platform itself. `action`: a dotted verb of ACTIONS.
    `details`: old and new values as JSON; never a key, a token or a password."""
    person = actor if isinstance(actor, User) else None
    with in_schema():
        return AuditEntry.objects.create(
            server=server,
            server_public_id=server.server_id,
            actor=person,
            actor_name=(name_of(person) if person else PLATFORM)[:150],
            action=action,
            target=str(target)[:200],
            details=details or {},
            address=address or None,
        )


def name_of(person: User) -> str:
    """What others on the server know somebody by."""
    return person.get_full_name() or person.email or person.get_username()


def words_for(action: str) -> str:
    return str(ACTIONS.get(action, action))
