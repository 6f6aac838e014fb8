"""A server came out of a backup: who was erased after it was made has come back with it."""

from __future__ import annotations

from datetime import datetime

from npcs import replies
from npcs.rights.erasing import erase
from tenants.context import in_schema, tenant
from tenants.models import AuditEntry


def after_restore(since: datetime) -> int:
    """Erase them again, by the audit log, which is not restored with a server; and forget the
    answers kept for it. Returns how many players."""
    mine = tenant().server_id
    with in_schema():
        entries = AuditEntry.objects.filter(
            server_public_id=mine, action="player.erased", created_at__gte=since
        )
        erased = {int(target) for target in entries.values_list("target", flat=True)}
    for char_id in sorted(erased):
        erase(char_id, via="restore")
    replies.forget_all()
    return len(erased)
