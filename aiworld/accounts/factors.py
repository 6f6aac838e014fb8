"""Whether this session was opened with a second factor."""

from __future__ import annotations

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.signals import authenticator_added
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.models import User
from django.dispatch import receiver
from django.http import HttpRequest


def has_second_factor(user: object) -> bool:
    return isinstance(user, User) and bool(is_mfa_enabled(user))


def used_second_factor(request: HttpRequest) -> bool:
    user = request.user
    records = get_authentication_records(request, user)
    return has_second_factor(user) and any(each["method"] == "mfa" for each in records)


@receiver(authenticator_added, dispatch_uid="aiworld: setting it up is using it")
def note_use(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Whoever sets up an authenticator has just typed a code of it."""
    record_authentication(request, user, method="mfa", type="totp")
