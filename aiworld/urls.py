"""Pages of the platform."""

from django.urls import path

from aiworld.sites import platform

urlpatterns = [
    path("admin/", platform.urls),
]
