"""The owner's portal, mounted at /servers/."""

from django.urls import include, path

from portal.views import (
    audit,
    budget,
    connecting,
    exports,
    invitations,
    jobs,
    keys,
    llm,
    members,
    new,
    players,
    rewards,
    servers,
    settings,
    usage,
    world,
)

app_name = "portal"

of_a_server = [
    path("", servers.overview, name="server"),
    path("connecting/", connecting.connecting, name="connecting"),
    path("first-key/", connecting.first_key, name="first_key"),
    path("sample-town/", servers.sample_town, name="sample_town"),
    path("settings/", settings.settings, name="settings"),
    path("suspend/", settings.suspend, name="suspend"),
    path("resume/", settings.resume, name="resume"),
    path("ai-off/", settings.ai_off, name="ai_off"),
    path("ai-on/", settings.ai_on, name="ai_on"),
    path("delete/", settings.delete, name="delete"),
    path("keep/", settings.keep, name="keep"),
    path("members/", members.members, name="members"),
    path("members/<int:pk>/role/", members.change_role, name="change_role"),
    path("members/<int:pk>/remove/", members.remove, name="remove_member"),
    path("members/leave/", members.leave, name="leave"),
    path("invitations/", invitations.invite, name="invite"),
    path("invitations/<int:pk>/again/", invitations.send_again, name="invite_again"),
    path("invitations/<int:pk>/revoke/", invitations.revoke, name="uninvite"),
    path("keys/", keys.keys, name="keys"),
    path("keys/<int:pk>/rotate/", keys.rotate, name="rotate_key"),
    path("keys/<int:pk>/revoke/", keys.revoke, name="revoke_key"),
    path("llm/", llm.llm, name="llm"),
    path("llm/test/", llm.test, name="test_llm"),
    path("llm/remove/", llm.remove, name="remove_llm"),
    path("budget/", budget.budget, name="budget"),
    path("world/", world.world, name="world"),
    path("world/maps/<str:name>.png", world.map_image, name="map_image"),
    path("players/", players.players, name="players"),
    path("rewards/", rewards.rewards, name="rewards"),
    path("rewards/rewards.csv", rewards.download, name="rewards_csv"),
    path("rewards/<int:pk>/reverse/", rewards.reverse, name="reverse_reward"),
    path("usage/", usage.usage, name="usage"),
    path("usage/usage.csv", usage.download, name="usage_csv"),
    path("audit/", audit.audit, name="audit"),
    path("audit/audit.csv", audit.download, name="audit_csv"),
    path("export/", exports.export, name="export"),
    path("export/<uuid:job_id>/", exports.download, name="export_download"),
]

urlpatterns = [
    path("", servers.servers, name="servers"),
    path("new/", new.new, name="new"),
    path("jobs/<uuid:job_id>/", jobs.job, name="job"),
    path("jobs/<uuid:job_id>/state/", jobs.job_state, name="job_state"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("<slug:server_id>/", include(of_a_server)),
]
