"""The reward ledger, for its owner: what was granted, whether it arrived, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal.access import Visit, member, show
from portal.asked import day_of, number_of
from portal.confirming import ask
from portal.csv_files import csv_response
from portal.outcome import attempt
from quests import ledger, spending
from quests.models import RewardEntry
from quests.spending import Filter
from quests.taking_back import take_back
from tenants.context import in_tenant
from tenants.models import Role

A_PAGE = 50
MOST_ROWS = 50_000
"""Of a download: the newest."""
FILTERS = ("status", "kind", "character", "quest", "since", "until")
CAPS: dict[str, Promise] = {
    "zeny": gettext_lazy("zeny"),
    "exp": gettext_lazy("experience"),
    "item_value": gettext_lazy("items, worth in zeny"),
    "grants": gettext_lazy("rewards"),
}
BADGES = {"due": "wait", "handed": "wait", "settled": "good", "differs": "bad", "void": ""}


@dataclass(frozen=True)
class Shown:
    entry: RewardEntry
    player: str
    items: list[str]
    given: list[str]
    """What the map-server says it gave, where that is something else."""
    badge: str
    genuine: bool
    taken_back: bool

    @property
    def may_reverse(self) -> bool:
        """As `ledger.reverse` will have it."""
        whose = self.entry.char_id is not None
        return whose and self.entry.kind == "grant" and self.genuine and not self.taken_back


@require_safe
@member()
def rewards(request: HttpRequest, visit: Visit) -> HttpResponse:
    chosen = {name: request.GET.get(name, "").strip() for name in FILTERS}
    with in_tenant(visit.server):
        day, taken = spending.today()
        days = spending.by_day(timezone.now())
        rows = Paginator(spending.looked_for(_filter(chosen)), A_PAGE)
        page = rows.get_page(request.GET.get("page"))
        entries = _shown(list(page))
        counted = spending.unsettled()
    context = {
        "tab": "rewards",
        "day": day,
        "taken": [(CAPS[each.name], each) for each in taken],
        "days": days[::-1],
        "granted": sum(each.grants for each in days),
        "plots": _plotted(days),
        "page": page,
        "entries": entries,
        "statuses": RewardEntry.Status.choices,
        "kinds": RewardEntry.Kind.choices,
        "chosen": chosen,
        "filtered": any(chosen.values()),
        "query": urlencode({name: value for name, value in chosen.items() if value}),
        **counted,
    }
    return show(request, visit, "portal/rewards.html", context)


@require_safe
@member()
def download(request: HttpRequest, visit: Visit) -> HttpResponse:
    chosen = {name: request.GET.get(name, "").strip() for name in FILTERS}
    with in_tenant(visit.server):
        rows = [
            [
                entry.pk, entry.granted_at.isoformat(timespec="seconds"), entry.kind, entry.day,
                entry.char_id or "", entry.quest_number, entry.npc_key, entry.zeny, entry.base_exp,
                entry.job_exp, " ".join(f"{item}x{pieces}" for item, pieces, _ in entry.items),
                entry.item_value, entry.status, entry.cause, entry.made_by, entry.reverses_id or "",
            ]
            for entry in spending.looked_for(_filter(chosen))[:MOST_ROWS]
        ]  # fmt: skip
    header = [
        "id", "at", "kind", "day", "char_id", "quest", "npc", "zeny", "base_exp", "job_exp",
        "items", "item_value", "status", "cause", "by", "reverses",
    ]  # fmt: skip
    return csv_response(f"rewards-{visit.server.server_id}.csv", header, rows)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Role.EDITOR)
def reverse(request: HttpRequest, visit: Visit, pk: int) -> HttpResponse:
    with in_tenant(visit.server):
        [*found] = _shown(list(RewardEntry.objects.select_related("reversal").filter(pk=pk)))
    if not found:
        raise Http404("no such grant")
    if request.method == "POST":
        done = _("Reward %(number)s was taken back.") % {"number": pk}
        attempt(request, lambda: _reverse(visit, pk), done=done)
        return redirect("portal:rewards", visit.server.server_id)
    return ask(
        request,
        visit,
        tab="rewards",
        title=_("Take reward %(number)s back?") % {"number": pk},
        text=_what_happens(found[0]),
        button=_("Take it back"),
    )


def _reverse(visit: Visit, pk: int) -> None:
    with in_tenant(visit.server):
        take_back(pk, visit.user)


def _what_happens(found: Shown) -> str:
    entry = found.entry
    things = [f"{entry.zeny} zeny", *found.items]
    what = _("%(player)s was granted %(things)s and %(exp)s experience.") % {
        "player": found.player or entry.char_id,
        "things": ", ".join(things),
        "exp": entry.base_exp + entry.job_exp,
    }
    if entry.handed_at is None:
        then = _(
            "The map-server never had it: it will not be given, and the day has its room back."
        )
    else:
        then = _(
            "The map-server was told to give it. It takes back what the character still has, if "
            "its script does that; else nothing is taken in the game."
        )
    return f"{what} {then}"


def _filter(chosen: dict[str, str]) -> Filter:
    """What cannot be understood is not looked for."""
    return Filter(
        status=chosen["status"] if chosen["status"] in RewardEntry.Status.values else "",
        kind=chosen["kind"] if chosen["kind"] in RewardEntry.Kind.values else "",
        char_id=number_of(chosen["character"]),
        quest=number_of(chosen["quest"]),
        since=day_of(chosen["since"]),
        until=day_of(chosen["until"]),
    )


def _shown(entries: list[RewardEntry]) -> list[Shown]:
    players, items = spending.names(entries)

    def told(rows: list[list[int]]) -> list[str]:
        return [f"{row[1]} × {items.get(row[0], row[0])}" for row in rows]

    return [
        Shown(
            entry=entry,
            player=players.get(entry.char_id or 0, ""),
            items=told(entry.items),
            given=_given(entry, items) if entry.status == RewardEntry.Status.DIFFERS else [],
            badge=BADGES[entry.status],
            genuine=ledger.genuine(entry),
            taken_back=hasattr(entry, "reversal"),
        )
        for entry in entries
    ]


def _given(entry: RewardEntry, items: dict[int, str]) -> list[str]:
    given: dict[str, Any] = entry.given or {}
    exp = given.get("base_exp", 0) + given.get("job_exp", 0)
    things = [f"{pieces} × {items.get(item, item)}" for item, pieces in given.get("items", [])]
    return [f"{given.get('zeny', 0)} z", f"{exp} exp", *things]


def _plotted(days: list[spending.Day]) -> dict[str, Any]:
    """What usage.js draws."""
    return {
        "days": [formats.date_format(each.day, "MONTH_DAY_FORMAT") for each in days],
        "granted": [
            {"source": "zeny", "label": str(CAPS["zeny"]), "values": [each.zeny for each in days]},
            {
                "source": "items",
                "label": str(CAPS["item_value"]),
                "values": [each.item_value for each in days],
            },
        ],
        "grants": [each.grants for each in days],
    }
