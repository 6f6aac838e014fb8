"""Pages of the platform."""

from django.urls import include, path
from django.views.generic import RedirectView

import inference.admin  # noqa: F401
import tenants.admin  # noqa: F401
from aiworld.accounts.views import end_session
from aiworld.sites import platform
from tenants.views import front, health_view, robots

urlpatterns = [
    path("", front, name="front"),
    path("login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("logout/", RedirectView.as_view(pattern_name="account_logout", query_string=True)),
    path("i18n/", include("django.conf.urls.i18n")),
    path("health", health_view, name="health"),
    path("robots.txt", robots),
    path("account/sessions/<int:session_id>/end/", end_session, name="end_session"),
    path("account/", include("allauth.urls")),
    path("servers/", include("portal.urls")),
    path("", include("aiworld.urls_api")),
    path("admin/", platform.urls),
]
