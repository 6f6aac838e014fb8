"""What models did for this server, for its staff to read."""

from __future__ import annotations

from django.contrib import admin
from unfold.contrib.filters.admin import FieldTextFilter

from aiworld.sites import server
from aiworld.staff import LogAdmin
from inference.ledger.models import (
    BudgetHold,
    BudgetMonth,
    LLMRequestCache,
    MLModelPrediction,
    UsageDay,
)


@admin.register(LLMRequestCache, site=server)
class LLMRequestAdmin(LogAdmin):
    list_display = (
        "asked_at", "task", "provider", "model", "prompt_tokens", "completion_tokens", "cost",
        "own", "seconds", "outcome",
    )  # fmt: skip
    list_filter = tuple((name, FieldTextFilter) for name in ("outcome", "task", "model"))
    search_fields = ("prompt_digest", "model")
    readonly_fields = ("asked_at",)


@admin.register(MLModelPrediction, site=server)
class MLModelPredictionAdmin(LogAdmin):
    list_display = ("predicted_at", "model", "subject", "confidence", "truth", "scored_at")
    list_filter = (("model", FieldTextFilter), ("truth", admin.EmptyFieldListFilter))
    search_fields = ("subject",)
    readonly_fields = ("predicted_at",)


@admin.register(UsageDay, site=server)
class UsageDayAdmin(LogAdmin):
    list_display = ("day", "kind", "subject", "name", "talks", "tokens", "cost")
    list_filter = ("kind",)
    search_fields = ("subject", "name")
    date_hierarchy = "day"


@admin.register(BudgetMonth, site=server)
class BudgetMonthAdmin(LogAdmin):
    list_display = ("month", "own", "spent", "soft_at", "hard_at")
    ordering = ("-month", "own")


@admin.register(BudgetHold, site=server)
class BudgetHoldAdmin(LogAdmin):
    list_display = ("task", "own", "amount", "expires_at")
