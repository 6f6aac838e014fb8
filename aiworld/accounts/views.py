"""Pages about accounts that allauth lacks."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST


@require_POST
@login_required
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    own = UserSession.objects.filter(user=request.user)
    row = get_object_or_404(own.exclude(session_key=request.session.session_key), pk=session_id)
    row.end()
    messages.success(request, _("That session is signed out."))
    return redirect("usersessions_list")
