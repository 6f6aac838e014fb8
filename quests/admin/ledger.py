"""The ledger, to read and to reverse; and its alerts."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from aiworld.errors import AIWorldError
from aiworld.sites import server
from aiworld.staff import LogAdmin, ServerModelAdmin
from quests import ledger
from quests.models import RewardAlert, RewardClock, RewardCounter, RewardEntry
from quests.taking_back import take_back


@admin.register(RewardEntry, site=server)
class LedgerAdmin(LogAdmin):
    list_display = (
        "id", "granted_at", "kind", "char_id", "npc_key", "zeny", "exp", "things", "status",
    )  # fmt: skip
    list_filter = ("status", "kind", "difficulty", "day")
    search_fields = ("=char_id", "=quest_number", "npc_key", "cause")
    date_hierarchy = "granted_at"
    actions = ("reverse_grants",)
    fieldsets = (
        (None, {"fields": ("kind", "char_id", "cause", "made_by", "granted_at", "quest_number",
                           "npc_key", "difficulty", "reverses")}),
        (_("Reward"), {"fields": ("zeny", "base_exp", "job_exp", "items", "item_value", "day")}),
        (_("Given"), {"fields": ("status", "handed_at", "settled_at", "given")}),
        (_("Proof"), {"fields": ("genuine", "signature")}),
    )  # fmt: skip
    readonly_fields = ("genuine",)

    @admin.display(description=_("experience"))
    def exp(self, row: RewardEntry) -> int:
        return row.base_exp + row.job_exp

    @admin.display(description=_("items"))
    def things(self, row: RewardEntry) -> str:
        return ", ".join(f"{pieces} × {item}" for item, pieces, _worth in row.items)

    @admin.display(description=_("unchanged since it was written"), boolean=True)
    def genuine(self, row: RewardEntry) -> bool:
        return ledger.genuine(row)

    def has_reverse_permission(self, request: HttpRequest) -> bool:
        return getattr(request, "may_edit", False)

    @admin.action(description=_("Reverse: take it back"), permissions=["reverse"])
    def reverse_grants(self, request: HttpRequest, rows: QuerySet[RewardEntry]) -> None:
        done = 0
        for entry in rows.order_by("pk"):
            try:
                made = take_back(entry.pk, request.user)
            except AIWorldError as error:
                messages.warning(request, f"{entry}: {error.message}")
            else:
                self.log_addition(request, made, {"added": {}})
                done += 1
        if done:
            said = ngettext("%(n)s grant was taken back.", "%(n)s grants were taken back.", done)
            messages.success(request, said % {"n": done})


@admin.register(RewardAlert, site=server)
class RewardAlertAdmin(ServerModelAdmin):
    list_display = ("raised_at", "kind", "entry", "detail", "seen_by")
    list_filter = ("kind", ("seen_by", admin.EmptyFieldListFilter))
    list_select_related = ("entry",)
    readonly_fields = ("kind", "entry", "detail", "raised_at", "seen_by")
    actions = ("seen",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description=_("I have looked at it"), permissions=["change"])
    def seen(self, request: HttpRequest, rows: QuerySet[RewardAlert]) -> None:
        done = rows.filter(seen_by="").update(seen_by=request.user.get_username())
        messages.success(request, ngettext("%(n)s alert.", "%(n)s alerts.", done) % {"n": done})


@admin.register(RewardCounter, site=server)
class RewardCounterAdmin(LogAdmin):
    list_display = ("day", "scope", "zeny", "exp", "item_value", "grants")
    list_filter = ("scope", "day")


@admin.register(RewardClock, site=server)
class RewardClockAdmin(LogAdmin):
    list_display = ("day",)
    fields = ("day",)
