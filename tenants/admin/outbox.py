"""Work that waits, and work that failed too often."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from aiworld.sites import platform
from aiworld.staff import PlatformLogAdmin
from tenants import outbox
from tenants.models import Outbox


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state, state) for state in outbox.STATES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Outbox]) -> QuerySet[Outbox]:
        return outbox.in_state(queryset, self.value()) if self.value() else queryset


@admin.register(Outbox, site=platform)
class OutboxAdmin(PlatformLogAdmin):
    list_display = ("task", "subject", "server", "state", "attempts", "created_at", "published_at")
    list_select_related = ("server",)
    list_filter = (StateFilter, "task")
    search_fields = ("task", "subject", "server__name")
    readonly_fields = ("created_at", "state")
    ordering = ("id",)
    actions = ("hand_over_again",)

    @admin.display(description="state")
    def state(self, row: Outbox) -> str:
        return outbox.state(row)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    @admin.action(description="Hand over again", permissions=["retry"])
    def hand_over_again(self, request: HttpRequest, queryset: QuerySet[Outbox]) -> None:
        number = outbox.hand_over_again(queryset)
        self.message_user(request, f"{number} piece(s) of work will be handed over again.")
