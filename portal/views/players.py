"""Who plays, who stays, and what is to be expected of those who are here."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import formats, timezone
from django.views.decorators.http import require_safe

from portal.access import Visit, member, show
from tenants.context import in_tenant
from world.foresight import hints, retention


@require_safe
@member()
def players(request: HttpRequest, visit: Visit) -> HttpResponse:
    now = timezone.now()
    with in_tenant(visit.server):
        active, cohorts = retention.active(now), retention.cohorts(now)
        expected, models = retention.expected(), retention.judged()
        prices, drops = hints.hints(), hints.drops()
    context = {
        "tab": "players",
        "active": active,
        "cohorts": cohorts,
        "weeks": range(max((len(each.stayed) for each in cohorts), default=0)),
        "expected": expected,
        "risks": list(zip(_classes(), expected.risks, strict=True)),
        "models": models,
        "prices": prices,
        "drops": drops,
        "plots": _plotted(active, expected),
    }
    return show(request, visit, "portal/players.html", context)


def _classes() -> list[str]:
    ends = [0, *(min(round(100 * end), 100) for end in retention.RISKS)]
    return [f"{low}–{high} %" for low, high in zip(ends[:-1], ends[1:], strict=True)]


def _plotted(active: list[Any], expected: retention.Expected) -> dict[str, Any]:
    """What usage.js draws."""
    return {
        "days": [formats.date_format(day, "MONTH_DAY_FORMAT") for day, _ in active],
        "active": [number for _, number in active],
        "risk": {"names": _classes(), "values": list(expected.risks)},
    }
