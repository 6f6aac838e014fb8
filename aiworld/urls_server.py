"""Pages of one server, mounted below /s/<server>/ by tenants.middleware."""

from django.urls import include, path

import agents.admin  # noqa: F401
import inference.ledger.admin  # noqa: F401
import npcs.admin  # noqa: F401
import quests.admin  # noqa: F401
import tenants.admin  # noqa: F401
import world.admin  # noqa: F401
from aiworld.sites import server
from npcs import views as talks

urlpatterns = [
    path("admin/", server.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("live/", talks.live, name="live"),
    path("live/turns", talks.live_turns, name="live_turns"),
    path("live/turns/<int:turn_id>", talks.turn_basis, name="turn_basis"),
    path("live/turns/<int:turn_id>/flag", talks.flag_turn, name="flag_turn"),
    path("live/turns/<int:turn_id>/unflag", talks.unflag_turn, name="unflag_turn"),
    path("live/talks/<int:conversation_id>/", talks.conversation, name="live_talk"),
    path("live/talks/<int:conversation_id>/turns", talks.earlier_turns, name="earlier_turns"),
    path("live/talks/<int:conversation_id>/state", talks.conversation_state, name="talk_state"),
    path("live/talks/<int:conversation_id>/mute", talks.mute, name="mute_talk"),
    path("live/talks/<int:conversation_id>/take", talks.take, name="take_talk"),
    path("live/talks/<int:conversation_id>/give", talks.give_back, name="give_talk"),
    path("live/talks/<int:conversation_id>/say", talks.speak, name="speak"),
    path("live/talks/<int:conversation_id>/here", talks.still_here, name="still_here"),
]
