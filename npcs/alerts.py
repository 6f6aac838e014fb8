"""Telling people of what cannot wait: to whoever watches, and by mail."""

from __future__ import annotations

from datetime import timedelta

from django.core.cache import cache

from aiworld.cache import AWAY
from npcs.models import ConversationTurn
from tenants import live, outbox, staff_mail
from tenants.context import tenant

TASK = "npcs.tasks.alert_staff"
QUIET = timedelta(minutes=15)
"""After a mail the next one waits; the live view shows every turn at once."""


def sound(turn_id: int, conversation_id: int) -> None:
    """Call it in the turn's transaction."""
    live.publish("alert", {"turn_id": turn_id, "conversation_id": conversation_id})
    outbox.add(TASK, turn_id)


def mail(turn_id: int) -> int:
    """Tell the server's owners and admins where to look, without a word of what was said. Returns
    how many were told; nobody if they were told of another turn a moment ago, or it is gone."""
    turn = ConversationTurn.objects.filter(pk=turn_id).select_related("conversation").first()
    if turn is None:
        return 0
    if not _first_in_a_while(turn_id):
        return 0
    path = f"{tenant().path}live/talks/{turn.conversation_id}/"
    return staff_mail.send(tenant(), "severe_content", {"path": path})


def _first_in_a_while(turn_id: int) -> bool:
    """The task may run twice for one turn. Without Redis a mail too many is better than none."""
    try:
        return bool(cache.get_or_set("severe alert", turn_id, QUIET.total_seconds()) == turn_id)
    except AWAY:
        return True
