"""Pages of one server, mounted below /s/<server>/ by tenants.middleware."""

from django.urls import path

from aiworld.sites import server

urlpatterns = [
    path("admin/", server.urls),
]
