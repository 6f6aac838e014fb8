"""Pages of one server, mounted below /s/<server>/ by tenants.middleware."""

from django.urls import path

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
    path("live/", live, name="live"),
    path("live/turns", live_turns, name="live_turns"),
]
