"""The fleet of models and the answers all servers share, for the operator to read."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from aiworld.errors import AIWorldError
from aiworld.sites import platform
from aiworld.staff import PlatformLogAdmin
from inference import fleet, orders, predictions
from inference.models import LLMResponseCache, MLModelCache, ModelTraining

COLOURS = {
    "ready": "success", "unloaded": "info", "loading": "info", "failed": "danger",
    "missing": "warning", "untrained": "warning", "baseline": "warning",
}  # fmt: skip


@admin.register(MLModelCache, site=platform)
class MLModelAdmin(PlatformLogAdmin):
    list_display = ("number", "name", "state", "weights", "measured", "trained_at", "training",
                    "told_version", "licence", "task", "memory", "calls",
                    "mean_batch")  # fmt: skip
    list_display_links = ("name",)
    list_filter = ("status", "weights", "task")
    search_fields = ("name",)
    readonly_fields = ("reported_at", "memory")
    actions = ("load", "unload", "train")

    def get_queryset(self, request: HttpRequest) -> QuerySet[MLModelCache]:
        rows: QuerySet[MLModelCache] = super().get_queryset(request)
        latest = ModelTraining.objects.filter(model=OuterRef("name"), ended_at=None)
        return rows.annotate(
            begun=Subquery(latest.values("done")[:1]), asked=Subquery(latest.values("total")[:1])
        )

    @display(description=_("status"), ordering="status", label=COLOURS)  # type: ignore[untyped-decorator]
    def state(self, row: MLModelCache) -> str:
        return row.status

    @admin.display(description=_("metric, against its baseline"))
    def measured(self, row: MLModelCache) -> str:
        if row.value is None or row.baseline is None:
            return gettext("not measured")
        # What it is a measure of stands on the model's own page.
        return f"{row.metric.partition(':')[0]} {row.value:.2f} / {row.baseline:.2f}"

    @admin.display(description=_("memory"), ordering="memory_bytes")
    def memory(self, row: MLModelCache) -> str:
        return filesizeformat(row.memory_bytes)

    @admin.display(description=_("mean batch"))
    def mean_batch(self, row: MLModelCache) -> str:
        return f"{row.calls / row.batches:.1f}" if row.batches else ""

    @admin.display(description=_("version"), ordering="version")
    def told_version(self, row: MLModelCache) -> str:
        return row.version[:10]

    @admin.display(description=_("training"))
    def training(self, row: MLModelCache) -> str:
        """Of the one that waits or goes on: servers begun, of how many."""
        begun, of = row.begun, row.asked  # type: ignore[attr-defined]
        if begun is None:
            return ""
        return f"{begun} / {of}" if of else gettext("waiting")

    @admin.action(description=_("Load now"))
    def load(self, request: HttpRequest, rows: QuerySet[MLModelCache]) -> None:
        self._change(request, rows, predictions.load, gettext("loaded"))

    @admin.action(description=_("Unload: free the memory until it is asked again"))
    def unload(self, request: HttpRequest, rows: QuerySet[MLModelCache]) -> None:
        self._change(request, rows, predictions.unload, gettext("unloaded"))

    @admin.action(description=_("Train: on every server where somebody plays"))
    def train(self, request: HttpRequest, rows: QuerySet[MLModelCache]) -> None:
        for name in rows.values_list("name", flat=True):
            try:
                orders.ask(name, by=request.user.get_username())
            except AIWorldError as error:
                self.message_user(request, f"{name}: {error.message}", messages.ERROR)
            else:
                said = gettext("it waits for a worker; see Trainings")
                self.message_user(request, f"{name}: {said}", messages.SUCCESS)

    def _change(
        self,
        request: HttpRequest,
        rows: QuerySet[MLModelCache],
        change: Callable[[str], None],
        done: str,
    ) -> None:
        """Each by itself: one that cannot be loaded says why, and keeps no other from it."""
        for name in rows.values_list("name", flat=True):
            try:
                change(name)
            except AIWorldError as error:
                self.message_user(request, f"{name}: {error.message}", messages.ERROR)
            else:
                self.message_user(request, f"{name}: {done}", messages.SUCCESS)
        try:
            fleet.report()
        except AIWorldError as error:
            self.message_user(request, error.message, messages.ERROR)


@admin.register(ModelTraining, site=platform)
class ModelTrainingAdmin(PlatformLogAdmin):
    list_display = ("asked_at", "model", "progress", "told_results", "asked_by", "ended_at", "note")
    list_filter = ("model",)
    fields = ("model", "asked_by", "asked_at", "began_at", "ended_at", "progress", "told_results",
              "note")  # fmt: skip
    readonly_fields = ("asked_at", "progress", "told_results")

    @admin.display(description=_("servers"))
    def progress(self, row: ModelTraining) -> str:
        return f"{row.done} / {row.total}" if row.began_at else gettext("waiting")

    @admin.display(description=_("results"))
    def told_results(self, row: ModelTraining) -> str:
        names = dict(ModelTraining.Verdict.choices)
        return "; ".join(f"{names.get(key, key)}: {row.results[key]}" for key in row.results)


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
