"""What allauth asks us."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from aiworld.accounts import returning
from aiworld.addresses import client_address
from aiworld.mail import with_html

log = logging.getLogger(__name__)

UPSTREAM = "allauth.account.stages.EmailVerificationStage"


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.SIGNUP_OPEN) or returning.invited(request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return returning.take(request) or str(super().get_login_redirect_url(request))

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def render_mail(
        self, template_prefix: str, email: str | list[str], context: dict[str, Any], *args: Any
    ) -> EmailMessage:
        message: EmailMessage = super().render_mail(template_prefix, email, context, *args)
        return with_html(message)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is away is no error of the visitor: the page says so and goes on. The
        same for known and unknown addresses."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException) as error:
            log.error("a mail was not sent (%s)", type(error).__name__)
            messages.error(
                self.request, _("The mail could not be sent. Try again in some minutes.")
            )

    def get_login_stages(self) -> list[str]:
        ours = f"{VerifyMail.__module__}.{VerifyMail.__qualname__}"
        return [ours if stage == UPSTREAM else stage for stage in super().get_login_stages()]

    def pre_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse | None:
        if user.is_superuser:
            vouch_for_mail(user)
        response: HttpResponse | None = super().pre_login(request, user, **options)
        return response


class VerifyMail(EmailVerificationStage):  # type: ignore[misc]
    """An account without any address was made by the operator, for sign-up asks for one: nothing
    is there to be verified."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        user = self.login.user  # None for a sign-up with an address that has an account already
        if user and not user.email and not EmailAddress.objects.filter(user=user).exists():
            return None, True
        outcome: tuple[HttpResponse | None, bool] = super().handle()
        return outcome


def vouch_for_mail(user: User) -> None:
    """Takes the address of an account for verified if none is known yet. For accounts that
    `createsuperuser` and the demo make: whoever runs those commands has the database."""
    if user.email and not EmailAddress.objects.filter(user=user).exists():
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
