"""The language model that a server's owner brings."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from aiworld.addresses import client_address
from aiworld.errors import AIWorldError
from inference.client import configured
from inference.prices import Seller, price_for_owner
from npcs import budget
from portal.access import Visit, member, show
from portal.confirming import ask
from portal.llm_form import KNOWN, LLMForm
from portal.llm_trial import Trial, host_of, models_of, trials
from portal.outcome import attempt
from tenants import audit
from tenants import llm as own
from tenants.context import in_tenant
from tenants.models import Role, ServerLLM


@require_http_methods(["GET", "HEAD", "POST"])
@member(Role.ADMIN)
def llm(request: HttpRequest, visit: Visit) -> HttpResponse:
    row = own.stored(visit.server)
    form = LLMForm(request.POST or None, row=row)
    if request.method == "POST" and _saved(request, visit, form):
        return redirect("portal:llm", visit.server.server_id)
    return _page(request, visit, row, form)


@require_POST
@member(Role.ADMIN)
def test(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Asks it, and shows what came on the page itself: the answer is nothing to keep."""
    row = own.stored(visit.server)
    if row is None:
        return redirect("portal:llm", visit.server.server_id)
    try:
        tried = trials(visit.server, row)
    except AIWorldError as error:
        tried = [Trial(model=row.model, hint=error.message)]
    audit.note(
        visit.server,
        actor=visit.user,
        action="llm.tried",
        target=row.model,
        details={"host": host_of(row), "answered": all(each.answer for each in tried)},
        address=client_address(request),
    )
    return _page(request, visit, row, LLMForm(row=row), trials=tried)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Role.ADMIN)
def remove(request: HttpRequest, visit: Visit) -> HttpResponse:
    if request.method != "POST":
        return ask(
            request,
            visit,
            tab="llm",
            title=_("Remove the language model"),
            text=_("Its key is deleted here. From then on the platform's answers, if it has one."),
            button=_("Remove it"),
        )
    address = client_address(request)
    attempt(
        request,
        lambda: own.remove(visit.server, by=visit.user, address=address),
        done=_("Removed, and its key with it."),
    )
    return redirect("portal:llm", visit.server.server_id)


def _saved(request: HttpRequest, visit: Visit, form: LLMForm) -> bool:
    if not form.is_valid():
        return False
    try:
        own.choose(visit.server, **form.choice(), by=visit.user, address=client_address(request))
    except AIWorldError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return False
    messages.success(request, _("Saved. It counts within five seconds. Test it now."))
    return True


def _money(visit: Visit, row: ServerLLM) -> dict[str, Any]:
    """What it has cost, and at which prices that is reckoned."""
    terms = own.terms(row)
    with in_tenant(visit.server):
        standing = budget.standing(visit.server, timezone.now(), terms)
    host = urlsplit(row.base_url).hostname or ""
    priced = {
        model: price_for_owner(Seller(host, model), terms.input, terms.output)
        for model in models_of(row)
    }
    several = len(set(priced.values())) > 1
    return {"now": standing, "price": priced[row.model], "prices": several and priced.items()}


def _page(
    request: HttpRequest, visit: Visit, row: ServerLLM | None, form: LLMForm, **more: Any
) -> HttpResponse:
    context = {
        "tab": "llm",
        "form": form,
        "row": row,
        "host": host_of(row) if row else "",
        "known": KNOWN,
        "platform": configured(),
        "seconds": settings.DEEPSEEK_TIMEOUT,
        "private": settings.LLM_ALLOWED_PRIVATE_HOSTS,
        "currency": settings.LLM_PRICE_CURRENCY,
        **(_money(visit, row) if row else {}),
    }
    return show(request, visit, "portal/llm.html", context | more)
