"""Pages of one server, mounted below /s/<server>/ by tenants.middleware."""

from django.urls import include, path

import agents.admin  # noqa: F401
import inference.ledger.admin  # noqa: F401
import npcs.admin  # noqa: F401
import quests.admin  # noqa: F401
import tenants.admin  # noqa: F401
import world.admin  # noqa: F401
from aiworld.sites import server
from npcs.views import live, live_turns

urlpatterns = [
    path("admin/", server.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("live/", live, name="live"),
    path("live/turns", live_turns, name="live_turns"),
]
