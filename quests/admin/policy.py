"""The reward policy: what quests may pay, and what that comes to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from aiworld.sites import server
from aiworld.staff import ServerModelAdmin, ServerTabularInline
from quests import forecast, policy
from quests.models import RewardCap, RewardItem, RewardPolicy
from tenants import audit
from tenants.context import tenant
from world.models import GameItem


class CapInline(ServerTabularInline):
    model = RewardCap
    extra = 0
    fields = ("scope", "zeny", "exp", "item_value", "grants")
    readonly_fields = ("scope",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ItemForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = RewardItem
        fields = ("item_id", "name", "value", "amount", "min_difficulty", "per_day")

    def clean(self) -> dict[str, Any]:
        """The server's own data know items better than anybody, where they are imported."""
        cleaned = super().clean() or {}
        item_id, worth = cleaned.get("item_id"), cleaned.get("value")
        if not item_id or not GameItem.objects.exists():
            return cleaned
        found = GameItem.objects.filter(pk=item_id).first()
        if found is None:
            self.add_error("item_id", _gettext("There is no such item on this server."))
        elif worth is not None and worth < found.sell:
            said = _gettext("A shop pays %(zeny)s zeny for it: it is worth no less.")
            self.add_error("value", said % {"zeny": found.sell})
        return cleaned


class ItemInline(ServerTabularInline):
    model = RewardItem
    form = ItemForm
    extra = 0


@admin.register(RewardPolicy, site=server)
class RewardPolicyAdmin(ServerModelAdmin):
    """One row; the sidebar leads straight to it."""

    list_display = ("__str__", "is_active", "auto_approve", "zeny_base", "exp_base", "edited_at")
    inlines = (CapInline, ItemInline)
    change_form_outer_before_template = "staff/reward_forecast.html"
    fieldsets = (
        (None, {"fields": ("is_active", "auto_approve")}),
        (_("What a quest pays"), {"fields": ("zeny_base", "exp_base", "items_percent")}),
        (_("Characters"), {"fields": ("max_members", "max_active", "first_slot")}),
    )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        policy.row()
        told = {"forecast": forecast.forecast(), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, told)  # type: ignore[no-any-return]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        changed = sorted(form.changed_data)
        changed += [
            str(each.instance) for one in formsets for each in one.forms if each.has_changed()
        ]
        if changed:
            details = {"changed": changed[:20]}
            audit.note(
                tenant(), actor=request.user, action="rewards.changed", target="", details=details
            )


@admin.register(RewardCap, site=server)
class RewardCapAdmin(ServerModelAdmin):
    list_display = ("scope", "zeny", "exp", "item_value", "grants")
    fields = ("scope", "zeny", "exp", "item_value", "grants")
    readonly_fields = ("scope",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(RewardItem, site=server)
class RewardItemAdmin(ServerModelAdmin):
    form = ItemForm
    list_display = ("name", "item_id", "value", "amount", "min_difficulty", "per_day")
    search_fields = ("name", "=item_id")
