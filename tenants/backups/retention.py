"""Which backups may go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from tenants.backups import store
from tenants.backups.store import Backup

ABANDONED = timedelta(days=1)
"""After this an unfinished backup is nobody's."""


def clear() -> list[str]:
    """Delete what need not be kept; returns the names."""
    now = timezone.now()
    gone = obsolete(
        store.listed(), now, days=settings.BACKUP_KEEP_DAYS, weeks=settings.BACKUP_KEEP_WEEKS
    )
    for each in gone:
        store.remove(each)
    store.clear_unfinished(now - ABANDONED)
    return [each.name for each in gone]


def obsolete(backups: Sequence[Backup], now: datetime, *, days: int, weeks: int) -> list[Backup]:
    """Of all servers: kept are the last of each of the past `days` days and of the past `weeks`
    weeks, the newest, and the newest that was proven. Of one server: kept for `days` days."""
    newest_first = sorted(backups, key=lambda each: each.made_at, reverse=True)
    whole = [each for each in newest_first if each.whole]
    kept = {each.name for each in whole[:1]}
    kept |= {each.name for each in [one for one in whole if one.proven_at][:1]}
    for length, spans in ((1, days), (7, weeks)):
        kept |= _last_of_each(whole, now, length, spans)
    since = now - timedelta(days=days)
    kept |= {each.name for each in newest_first if not each.whole and each.made_at >= since}
    return [each for each in newest_first if each.name not in kept]


def _last_of_each(backups: Sequence[Backup], now: datetime, length: int, spans: int) -> set[str]:
    """Spans of `length` days are counted in UTC from a Monday, so that one stays the same span."""
    today = _number(now, length)
    last: dict[int, str] = {}
    for each in backups:
        last.setdefault(_number(each.made_at, length), each.name)
    return {name for number, name in last.items() if today - spans < number <= today}


def _number(at: datetime, length: int) -> int:
    return (at.astimezone(UTC).date().toordinal() - 1) // length
