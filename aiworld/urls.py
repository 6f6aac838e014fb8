"""Pages of the platform."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

import inference.admin  # noqa: F401
import tenants.admin  # noqa: F401
from aiworld.sites import LoginForm, platform
from tenants.views import front, health_view, robots

urlpatterns = [
    path("", front, name="front"),
    path(
        "login/",
        LoginView.as_view(template_name="login.html", authentication_form=LoginForm),
        name="login",
    ),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("health", health_view, name="health"),
    path("api/v1/health", health_view),
    path("robots.txt", robots),
    path("account/", include("allauth.urls")),
    path("servers/", include("portal.urls")),
    path("admin/", platform.urls),
]
