"""Visits of the timeline: when the last one of a person ended, so that the next tells what happened
since.

A visit goes on while the person opens the timeline again within PAUSE; reloading and following its
links do not end it. It ended when the timeline was last opened. Each person has visits of its own
on each server, in the administration and in the portal together."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from tenants.statements import rows

PAUSE = timedelta(minutes=30)
LONGEST = timedelta(days=90)
"""Nobody is told of more: the reports are kept as long."""
COME = """
INSERT INTO timeline_visits AS v (user_id, seen_at) VALUES (%(user)s, %(now)s)
ON CONFLICT (user_id) DO UPDATE SET
    before_at = CASE WHEN excluded.seen_at - v.seen_at >= %(pause)s
        THEN v.seen_at ELSE v.before_at END,
    seen_at = GREATEST(v.seen_at, excluded.seen_at)
RETURNING before_at
"""
LOOK = """
SELECT CASE WHEN %(now)s - seen_at >= %(pause)s THEN seen_at ELSE before_at END
FROM timeline_visits WHERE user_id = %(user)s
"""


def come(user_id: int, *, counts: bool = True, now: datetime | None = None) -> datetime | None:
    """The timeline is opened: when the visit before this one ended, at most LONGEST ago. None if
    there was none. One statement, so that two tabs at once are one visit. What does not count
    leaves no trace."""
    now = now or timezone.now()
    values = {"user": user_id, "now": now, "pause": PAUSE}
    found = rows(COME if counts else LOOK, values)
    before = found[0][0] if found else None
    return max(before, now - LONGEST) if before else None


def is_counted(method: str, purpose: str) -> bool:
    """Whether somebody looks. `purpose` is the header Sec-Purpose: a browser that fetches a page
    before anybody asked for it says so there."""
    return method == "GET" and "prefetch" not in purpose
