"""What a server used, and what it cost."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from agents.costs import costs
from inference.ledger.models import UsageDay
from npcs.usage import usage as used
from portal.access import Visit, member, show
from portal.csv_files import csv_response
from portal.plots import SOURCES, by_day, plotted, shared
from tenants.context import in_tenant

RANGES = (7, 30, 90)
TOP = 10


@require_safe
@member()
def usage(request: HttpRequest, visit: Visit) -> HttpResponse:
    number = _range(request)
    with in_tenant(visit.server):
        found = used(number, timezone.now().date())
        table = by_day(found)
        npcs = found.shares(UsageDay.Kind.NPC, most=TOP)
        players = found.shares(UsageDay.Kind.PLAYER, most=TOP)
        models = found.shares(UsageDay.Kind.MODEL, most=TOP)
        tasks = found.shares(UsageDay.Kind.TASK, most=TOP)
        own = found.shares(UsageDay.Kind.OWN, most=TOP)
        agents = costs(found.first)
    talks = sum(day.total for day in table)
    told = [source for source in SOURCES if any(day.talks[source] for day in table)]
    context = {
        "tab": "usage",
        "ranges": RANGES,
        "number": number,
        "talks": talks,
        "seconds": sum(day.latency_ms for day in table) / talks / 1000 if talks else None,
        "tokens": sum(day.tokens for day in table),
        "cost": sum(day.cost for day in table),
        "has_cost": any(day.cost for day in table),
        "currency": settings.LLM_PRICE_CURRENCY,
        "sources": [SOURCES[source] for source in told],
        "table": [(day, [day.talks[source] for source in told]) for day in table[::-1]],
        "shares": [("npc", npcs), ("player", players)],
        "models": [("models", models), ("tasks", tasks), ("own", own)],
        "agents": agents,
        "plots": plotted(table) | shared({"model": models, "task": tasks}),
    }
    return show(request, visit, "portal/usage.html", context)


@require_safe
@member()
def download(request: HttpRequest, visit: Visit) -> HttpResponse:
    with in_tenant(visit.server):
        table = by_day(used(_range(request), timezone.now().date()))
    header = ["day", *SOURCES, "talks", "tokens", f"cost_{settings.LLM_PRICE_CURRENCY}"]
    rows = [[day.day, *day.by_source, day.total, day.tokens, day.cost] for day in table]
    return csv_response(f"usage-{visit.server.server_id}.csv", header, rows)


def _range(request: HttpRequest) -> int:
    asked = request.GET.get("days", "")
    return int(asked) if asked in map(str, RANGES) else RANGES[1]
