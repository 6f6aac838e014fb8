"""What language models may cost a server in a month."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from aiworld.addresses import client_address
from aiworld.errors import AIWorldError
from inference import client
from inference.prices import price
from npcs import budget as money
from portal.access import Visit, member, show
from portal.budget_form import BudgetForm
from tenants import budgets
from tenants.context import in_tenant
from tenants.models import Role, Server


@require_http_methods(["GET", "HEAD", "POST"])
@member(to_post=Role.ADMIN)
def budget(request: HttpRequest, visit: Visit) -> HttpResponse:
    row = Server.objects.get(pk=visit.server.pk)
    form = BudgetForm(request.POST or None, server=row)
    if request.method == "POST" and _chosen(request, visit, form):
        return redirect("portal:budget", visit.server.server_id)
    with in_tenant(row):
        standing = money.standing(row, timezone.now())
    context = {
        "tab": "budget",
        "form": form,
        "now": standing,
        "percent": min(round(100 * standing.share), 100),
        "steps": _steps(row, standing.step),
        "allowed": budgets.allowed(row),
        "currency": settings.LLM_PRICE_CURRENCY,
        "prices": [(seller, price(seller)) for seller in client.all_sellers()],
    }
    return show(request, visit, "portal/budget.html", context)


def _steps(server: Server, present: money.Step) -> list[tuple[int, str, bool]]:
    """From how many percent on, what then holds, whether it holds now."""
    soft = server.budget_soft_percent
    return [
        (0, _("NPCs answer as their mode says."), present == money.Step.OPEN),
        (
            soft,
            _(
                "Soft stop: NPCs in full mode answer as in normal mode, and work in the "
                "background asks no language model. You get a mail."
            ),
            present == money.Step.CHEAPER,
        ),
        (
            money.sparing_percent(soft),
            _(
                "A language model answers only for NPCs in full mode and for players an NPC "
                "trusts (5 of 10 or more). The others answer by cache, template and composer."
            ),
            present == money.Step.SPARING,
        ),
        (
            100,
            _(
                "Hard stop: no language model is asked until the month ends. NPCs answer by cache, "
                "template and composer. You get a mail."
            ),
            present == money.Step.CLOSED,
        ),
    ]


def _chosen(request: HttpRequest, visit: Visit, form: BudgetForm) -> bool:
    if not form.is_valid():
        return False
    try:
        changed = budgets.choose(
            visit.server,
            amount=form.cleaned_data["monthly_budget"],
            soft_percent=form.cleaned_data["budget_soft_percent"],
            by=visit.user,
            address=client_address(request),
        )
    except AIWorldError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return False
    done = _("Saved. It counts within two seconds.") if changed else _("Nothing was changed.")
    messages.success(request, done)
    return True
