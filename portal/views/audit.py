"""Who did what on a server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portal.access import Visit, member, show
from portal.asked import day_of
from portal.csv_files import csv_response
from tenants.audit import words_for
from tenants.models import AuditEntry, Role

A_PAGE = 50
MOST_ROWS = 50_000
"""Of a download: the newest."""
FILTERS = ("action", "actor", "since", "until")


@require_safe
@member(Role.ADMIN)
def audit(request: HttpRequest, visit: Visit) -> HttpResponse:
    mine = _of(visit)
    page = Paginator(_filtered(request, mine), A_PAGE).get_page(request.GET.get("page"))
    actions = mine.order_by("action").values_list("action", flat=True).distinct()
    chosen = {name: request.GET.get(name, "") for name in FILTERS}
    context = {
        "tab": "audit",
        "page": page,
        "entries": [(entry, words_for(entry.action), list(_details(entry))) for entry in page],
        "actions": sorted((words_for(action), action) for action in actions),
        "people": mine.order_by("actor_name").values_list("actor_name", flat=True).distinct()[:500],
        "chosen": chosen,
        "filtered": any(chosen.values()),
        "query": urlencode({name: value for name, value in chosen.items() if value}),
    }
    return show(request, visit, "portal/audit.html", context)


@require_safe
@member(Role.ADMIN)
def download(request: HttpRequest, visit: Visit) -> HttpResponse:
    rows = (
        [
            entry.created_at.isoformat(timespec="seconds"),
            entry.actor_name,
            entry.action,
            entry.target,
            json.dumps(entry.details, ensure_ascii=False) if entry.details else "",
            entry.address or "",
        ]
        for entry in _filtered(request, _of(visit))[:MOST_ROWS]
    )
    header = ["at", "who", "action", "target", "details", "address"]
    return csv_response(f"audit-{visit.server.server_id}.csv", header, rows)


def _of(visit: Visit) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(server_public_id=visit.server.server_id)


def _filtered(request: HttpRequest, rows: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
    if action := request.GET.get("action"):
        rows = rows.filter(action=action)
    if actor := request.GET.get("actor"):
        rows = rows.filter(actor_name=actor)
    if since := day_of(request.GET.get("since")):
        rows = rows.filter(created_at__date__gte=since)
    if until := day_of(request.GET.get("until")):
        rows = rows.filter(created_at__date__lt=until + timedelta(days=1))
    return rows.order_by("-id")


def _details(entry: AuditEntry) -> Iterator[tuple[str, object]]:
    yield from entry.details.items() if isinstance(entry.details, dict) else ()
