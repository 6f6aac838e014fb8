"""The fleet of models and the answers all servers share, for the operator to read."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat

from aiworld.sites import platform
from aiworld.staff import PlatformLogAdmin
from inference.models import LLMResponseCache, MLModelCache


@admin.register(MLModelCache, site=platform)
class MLModelAdmin(PlatformLogAdmin):
    list_display = ("name", "task", "status", "device", "memory", "calls", "licence", "reported_at")
    list_filter = ("status", "device", "task")
    search_fields = ("name",)
    readonly_fields = ("reported_at", "memory")

    @admin.display(description="memory", ordering="memory_bytes")
    def memory(self, row: MLModelCache) -> str:
        return filesizeformat(row.memory_bytes)


@admin.register(LLMResponseCache, site=platform)
class LLMResponseAdmin(PlatformLogAdmin):
    list_display = ("__str__", "model", "hits", "created_at", "expires_at")
    list_filter = ("model",)
    search_fields = ("prompt", "response")
    ordering = ("-created_at",)
    fields = ("model", "prompt", "response", "hits", "created_at", "expires_at", "prompt_digest")
    readonly_fields = ("created_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[LLMResponseCache]:
        rows: QuerySet[LLMResponseCache] = super().get_queryset(request)
        return rows.defer("embedding")
