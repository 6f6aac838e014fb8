"""The owner's portal, mounted at /servers/."""

from django.urls import include, path

from portal.views import audit, connecting, exports, keys, members, new, servers, settings, usage

app_name = "portal"

of_a_server = [
    path("", servers.overview, name="server"),
    path("connecting/", connecting.state, name="connecting"),
    path("settings/", settings.settings, name="settings"),
    path("members/", members.members, name="members"),
    path("keys/", keys.keys, name="keys"),
    path("usage/", usage.usage, name="usage"),
    path("audit/", audit.audit, name="audit"),
    path("export/", exports.export, name="export"),
]

urlpatterns = [
    path("", servers.servers, name="servers"),
    path("new/", new.new, name="new"),
    path("jobs/<uuid:job_id>/", new.job, name="job"),
    path("<slug:server_id>/", include(of_a_server)),
]
