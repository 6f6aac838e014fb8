"""Telling people of what cannot wait: to whoever watches, and by mail."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from npcs.models import FlagReason, TurnFlag
from tenants import audit, live, outbox, staff_mail
from tenants.context import in_schema, tenant
from tenants.models import AuditEntry, Server

TASK = "npcs.tasks.alert_staff"
MAILED = "severe.mailed"
QUIET = timedelta(minutes=15)
"""After a mail the next one waits and then tells of all that came meanwhile; the live view shows
every turn at once."""
OLDEST = timedelta(days=7)
"""What nobody was told of for longer is in the list of flagged turns."""
MOST_LINKS = 5


def sound(turn_id: int, conversation_id: int) -> None:
    """Call it in the turn's transaction."""
    live.publish("alert", {"turn_id": turn_id, "conversation_id": conversation_id})
    outbox.add(TASK, turn_id)


def mail() -> int:
    """Tell the server's owners and admins of all severe turns they were not told of, where to look
    and without a word of what was said. Returns how many people were told: nobody if there was no
    such turn, or a mail a moment ago. Who dies in between is followed by one who mails again."""
    server, now = tenant(), timezone.now()
    told_at, told = _last(server)
    flags = list(
        TurnFlag.objects.filter(
            reason=FlagReason.SEVERE, pk__gt=told, created_at__gt=now - OLDEST
        ).order_by("pk").values_list("pk", "turn__conversation_id")
    )  # fmt: skip
    if not flags or (told_at and told_at > now - QUIET):
        return 0
    talks = list(dict.fromkeys(talk for _pk, talk in flags))
    paths = [f"{server.path}live/talks/{talk}/" for talk in talks[-MOST_LINKS:]]
    told_to = staff_mail.send(
        server,
        "severe_content",
        {"number": len(flags), "paths": paths, "more": len(talks) - len(paths)},
    )
    details = {"flag": flags[-1][0], "turns": len(flags), "people": told_to}
    audit.note(server, actor=None, action=MAILED, details=details)
    return told_to


def _last(server: Server) -> tuple[datetime | None, int]:
    """When people were last told, and up to which flag."""
    with in_schema():
        entry = AuditEntry.objects.filter(server_public_id=server.server_id, action=MAILED).first()
    return (entry.created_at, int(entry.details["flag"])) if entry else (None, 0)
