"""Is there a backup that was proven by restoring it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.utils import timezone

from tenants.backups import store
from tenants.diagnosis.finding import Finding, fine, warning

NONE = "Set BACKUP_KEY_FILE or BACKUP_RECIPIENTS, and BACKUP_DIR: docs/how-to/back-up.md."
STALE = "Read the worker's log for why: docs/runbooks/backup-stale.md."
HOURS = 26.0
"""A backup is made and proven every night."""


def find(answering: Mapping[str, str]) -> Iterator[Finding]:
    del answering
    whole = [each for each in store.listed() if each.whole]
    if not whole:
        yield warning("backups", "there is none", NONE)
        return
    seen = f"the newest is {_hours(whole[0].made_at):.0f} h old"
    proven = [each.made_at for each in whole if each.proven_at]
    if not proven:
        yield warning("backups", "none was ever proven", STALE, seen)
    elif (age := _hours(max(proven))) > HOURS:
        yield warning("backups", f"the newest proven one is {age:.0f} h old", STALE, seen)
    else:
        yield fine("backups", f"{seen}, proven")


def _hours(moment: datetime) -> float:
    return (timezone.now() - moment).total_seconds() / 3600
