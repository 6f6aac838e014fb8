"""What all admin pages of a server have in common.

On the floor, because apps that must not know `tenants` have such pages too: all they need is
`request.role` and `request.may_edit`, which tenants.middleware sets."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import CASCADE
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline
from unfold.paginator import InfinitePaginator

Deletion = tuple[list[str], dict[str, int], set[str], list[str]]


class ByRole:
    """A person's role on this server decides, never a Django permission: that would count on all
    servers. Viewers look, everybody else changes."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return getattr(request, "role", None) is not None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return getattr(request, "may_edit", False)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return getattr(request, "may_edit", False)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return getattr(request, "may_edit", False)


class ReadOnly:
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ServerModelAdmin(ByRole, ModelAdmin):  # type: ignore[misc]
    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = True
    warn_unsaved_form = True
    compressed_fields = True

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Deletion:
        """How many rows go along. Django's own answer loads and lists every one of them, and an
        NPC may have a hundred thousand; whoever may delete the NPC may delete what is its."""
        rows = list(objs)
        counts: dict[str, int] = {str(self.opts.verbose_name_plural): len(rows)}
        for relation in self.opts.related_objects:
            if relation.on_delete is CASCADE and isinstance(relation.field, models.ForeignKey):
                related = relation.related_model
                number = related._base_manager.filter(
                    **{f"{relation.field.name}__in": [row.pk for row in rows]}
                ).count()
                if number:
                    name = str(related._meta.verbose_name_plural)
                    counts[name] = counts.get(name, 0) + number
        return [str(row) for row in rows[:100]], counts, set(), []


class ServerTabularInline(ByRole, TabularInline):  # type: ignore[misc]
    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The column's head names the fields for the eye; this does for a screen reader."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and field.label:
            field.widget.attrs["aria-label"] = field.label
        return field


class LogAdmin(ReadOnly, ServerModelAdmin):
    """What happened, to read. Such tables grow without end: their pages are never counted."""

    paginator = InfinitePaginator


class PlatformLogAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    """The same on the operator's site."""

    list_per_page = 50
    show_full_result_count = False
    compressed_fields = True
