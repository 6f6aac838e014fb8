"""What an owner chooses for a server: settings, plan and limits, suspension, deletion."""

from __future__ import annotations

from typing import Protocol

from django.conf import settings as django_settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from aiworld.addresses import client_address
from aiworld.errors import AIWorldError
from portal.access import Visit, member, show
from portal.forms import ServerForm, bounded, maxima
from portal.outcome import attempt
from tenants import lifecycle, plans
from tenants.models import Role, Server, Tier


@require_http_methods(["GET", "HEAD", "POST"])
@member(to_post=Role.ADMIN)
def settings(request: HttpRequest, visit: Visit) -> HttpResponse:
    # A copy of its own: a form writes into its row even what it then refuses.
    row = Server.objects.get(pk=visit.server.pk)
    form = ServerForm(request.POST or None, instance=row, may_choose_plan=visit.may(Role.OWNER))
    if request.method == "POST" and _changed(request, visit, form):
        return redirect("portal:settings", visit.server.server_id)
    context = {
        "tab": "settings",
        "form": form,
        "limits": bounded(form, visit.server.billing_tier),
        "plans": _plans(visit.server),
        "maxima": maxima(visit.server.billing_tier),
        "currency": django_settings.LLM_PRICE_CURRENCY,
        "days": django_settings.SERVER_DELETION_DAYS,
    }
    return show(request, visit, "portal/settings.html", context)


def _plans(server: Server) -> list[tuple[Tier, plans.Plan]]:
    shown = {*plans.open_tiers(), Tier(server.billing_tier)}
    return [(tier, plans.plan(tier)) for tier in Tier if tier in shown]


def _changed(request: HttpRequest, visit: Visit, form: ServerForm) -> bool:
    if not form.is_valid():
        return False
    try:
        changes = lifecycle.change(
            visit.server, form.chosen(), by=visit.user, address=client_address(request)
        )
    except AIWorldError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return False
    except ValidationError as error:
        form.add_error(None, error)
        return False
    done = _("Saved. It counts within two seconds.") if changes else _("Nothing was changed.")
    messages.success(request, done)
    return True


@require_POST
@member(Role.ADMIN)
def suspend(request: HttpRequest, visit: Visit) -> HttpResponse:
    return _do(
        request,
        visit,
        lifecycle.suspend,
        _("Suspended. Within two seconds every call is refused; nothing is deleted."),
    )


@require_POST
@member(Role.ADMIN)
def resume(request: HttpRequest, visit: Visit) -> HttpResponse:
    return _do(request, visit, lifecycle.resume, _("The server answers again."))


@require_POST
@member(Role.ADMIN)
def ai_off(request: HttpRequest, visit: Visit) -> HttpResponse:
    done = _("AI is off. Within two seconds every NPC runs its own script.")
    return _do(request, visit, lifecycle.switch_ai_off, done)


@require_POST
@member(Role.ADMIN)
def ai_on(request: HttpRequest, visit: Visit) -> HttpResponse:
    return _do(request, visit, lifecycle.switch_ai_on, _("The NPCs answer by AI again."))


@require_POST
@member(Role.OWNER)
def keep(request: HttpRequest, visit: Visit) -> HttpResponse:
    return _do(request, visit, lifecycle.keep, _("The server stays, and answers again."))


@require_POST
@member(Role.OWNER)
def delete(request: HttpRequest, visit: Visit) -> HttpResponse:
    typed, address = request.POST.get("typed_name", ""), client_address(request)
    done = attempt(
        request,
        lambda: lifecycle.leave(visit.server, typed_name=typed, by=visit.user, address=address),
        done=_("The server will be deleted. Until then you can keep it."),
    )
    return redirect("portal:server" if done else "portal:settings", visit.server.server_id)


class Change(Protocol):
    def __call__(self, server: Server, /, *, by: User, address: str) -> None: ...


def _do(request: HttpRequest, visit: Visit, change: Change, done: str) -> HttpResponse:
    address = client_address(request)
    attempt(request, lambda: change(visit.server, by=visit.user, address=address), done=done)
    return redirect("portal:server", visit.server.server_id)
