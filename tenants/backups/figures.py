"""How old backups are, for Prometheus. Without one there is no figure, which is an alert too."""

from __future__ import annotations

from django.utils import timezone

from tenants.backups import store
from tenants.metrics import Metric


def metrics() -> list[Metric]:
    whole = [each for each in store.listed() if each.whole]
    if not whole:
        return []
    now = timezone.now()
    newest = whole[0]
    found = [
        Metric(
            "aiworld_backup_age_seconds",
            "Age of the newest backup of all servers.",
            (({}, (now - newest.made_at).total_seconds()),),
        ),
        Metric(
            "aiworld_backup_bytes",
            "Size of the newest backup of all servers.",
            (({}, float(newest.about.get("bytes", 0))),),
        ),
    ]
    if proven := [each.made_at for each in whole if each.proven_at]:
        meaning = "Age of the newest backup that was restored and found to be the same."
        age = (now - max(proven)).total_seconds()
        found.append(Metric("aiworld_backup_proven_age_seconds", meaning, (({}, age),)))
    return found
