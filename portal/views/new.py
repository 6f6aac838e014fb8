"""A new server."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from aiworld.addresses import client_address
from aiworld.errors import AIWorldError
from portal.access import signed_in
from portal.forms import NewServerForm, bounded, maxima
from tenants import lifecycle, plans
from tenants.models import Job, Server, Tier


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    form = NewServerForm(request.POST or None, initial=_begin_with(request, request.user))
    if request.method == "POST" and (job := _ask(request, form, request.user)):
        return redirect("portal:job", job.pk)
    context = {
        "form": form,
        "plans": [(tier, plans.plan(tier)) for tier in plans.open_tiers()],
        "limits": bounded(form, str(form["billing_tier"].value())),
        "maxima": maxima(Tier.FREE),
        "owned": plans.owned(request.user),
        "currency": settings.LLM_PRICE_CURRENCY,
    }
    return render(request, "portal/new.html", context)


def _ask(request: HttpRequest, form: NewServerForm, user: User) -> Job | None:
    # Looked for before the form is judged: sent twice, its name is taken by its own server.
    if known := _sent_before(request, user):
        return known
    if not form.is_valid():
        return None
    once = form.cleaned_data["once"]
    try:
        return lifecycle.ask_for(
            form.chosen(), by=user, job_id=once, address=client_address(request)
        )
    except AIWorldError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return None


def _sent_before(request: HttpRequest, user: User) -> Job | None:
    try:
        once = UUID(request.POST.get("once", ""))
    except ValueError:
        return None
    return Job.objects.filter(pk=once, started_by=user, kind=Job.Kind.PROVISION).first()


def _begin_with(request: HttpRequest, user: User) -> dict[str, Any]:
    """What was sent before, if one comes back from a job that failed."""
    again = request.GET.get("again", "")
    try:
        job = Job.objects.filter(pk=UUID(again), started_by=user).first() if again else None
    except ValueError:
        job = None
    server = Server(contact_email=user.email)
    fields = NewServerForm.Meta.fields
    blank = {name: getattr(server, name) for name in fields}
    return blank | (job.asked.get("chosen", {}) if job else {})
