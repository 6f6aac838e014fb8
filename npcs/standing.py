"""What a player may and wants at every NPC: told that it is AI, opted out, muted.

A player who opted out or is muted gets a refusal (FAILED_PRECONDITION) that the map-server turns
into the NPC's own script."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from aiworld.errors import Invalid, Muted, OptedOut
from npcs import staff_log
from npcs.models import Conversation, ConversationTurn, PlayerStanding
from npcs.moderation.lists import lists
from npcs.safety import visible
from tenants import audit
from tenants.context import tenant
from tenants.models import AINotice

LONGEST_MUTE = timedelta(days=365)
MAX_REASON = 200
MUTES = ((10, _("10 minutes")), (60, _("an hour")), (1440, _("a day")), (10_080, _("a week")))
"""Minutes that a game master may choose in the live view."""
OPTED_OUT = "this player has opted out of AI; run the NPC's own script"
MUTED = "this player is muted until {until:%Y-%m-%d %H:%M} UTC; run the NPC's own script"
TOLD = """
INSERT INTO player_standing AS s (char_id, player_name, told_at, muted_by, mute_reason)
SELECT %(char_id)s, %(player_name)s, %(now)s, '', '' {source}
ON CONFLICT (char_id) DO UPDATE SET told_at = excluded.told_at, player_name = excluded.player_name
"""
"""Written with the turn (npcs.turn_store)."""


def check(opted_out_at: object, muted_until: object, *, now: datetime) -> None:
    """Raises OptedOut, Muted."""
    if opted_out_at is not None:
        raise OptedOut(OPTED_OUT)
    if muted_until is not None and cast(datetime, muted_until) > now:
        raise Muted(MUTED.format(until=muted_until))


def notice(told_at: object, language: str) -> str:
    """What a player who was not told has to be told, in their language."""
    if told_at is not None or tenant().ai_notice == AINotice.OFF:
        return ""
    return lists(language).notice


def notice_with(talk: Conversation, turn: ConversationTurn) -> str:
    """The notice that went out with a stored turn; a repeated request gets it again."""
    with_it = PlayerStanding.objects.filter(char_id=talk.char_id, told_at=turn.created_at)
    return lists(talk.language).notice if with_it.exists() else ""


def opt_out(char_id: int, *, out: bool, player_name: str = "", by: User | None = None) -> None:
    """Scripts only for this character from now on, or AI again. Doing it twice changes nothing.
    Raises Invalid."""
    check_id(char_id)
    with transaction.atomic():
        row = _row(char_id, player_name)
        if (row.opted_out_at is not None) == out:
            return
        row.opted_out_at = timezone.now() if out else None
        row.save()
        action = "player.opted_out" if out else "player.opted_in"
        audit.note(tenant(), actor=by, action=action, target=char_id)


def mute(
    char_id: int, *, minutes: int, by: User | str, reason: str = "", player_name: str = ""
) -> PlayerStanding:
    """Every NPC answers this character with its script for so long; 0 ends it. `by`: a person, or
    what a key is called. Raises Invalid."""
    reason = visible(reason)
    check_id(char_id)
    if not 0 <= minutes <= LONGEST_MUTE // timedelta(minutes=1):
        raise Invalid("A mute lasts from 0 minutes to a year.", field="minutes")
    if len(reason) > MAX_REASON:
        raise Invalid(f"The reason is too long: at most {MAX_REASON} characters.", field="reason")
    with transaction.atomic():
        row = _row(char_id, player_name)
        row.muted_until = timezone.now() + timedelta(minutes=minutes) if minutes else None
        who = by if isinstance(by, str) else by.get_username()
        row.muted_by, row.mute_reason = (who, reason) if minutes else ("", "")
        row.save()
        words = f"Muted for {minutes} minutes." if minutes else "Unmuted."
        if not isinstance(by, str):
            staff_log.note(by, row, f"{words} {reason}".strip())
    return row


def muted(char_id: int) -> PlayerStanding | None:
    """Until when and why, if it is muted now."""
    return PlayerStanding.objects.filter(char_id=char_id, muted_until__gt=timezone.now()).first()


def of(char_id: int) -> PlayerStanding:
    """As it is stored, or that of a player whom nobody has met. Raises Invalid."""
    check_id(char_id)
    row = PlayerStanding.objects.filter(char_id=char_id).first()
    return row or PlayerStanding(char_id=char_id)


def check_id(char_id: int) -> None:
    """Raises Invalid."""
    if not 0 < char_id < 2**63:
        raise Invalid("char_id must be the character id, > 0", field="char_id")


def _row(char_id: int, player_name: str) -> PlayerStanding:
    PlayerStanding.objects.get_or_create(char_id=char_id)
    row = PlayerStanding.objects.select_for_update().get(char_id=char_id)
    row.player_name = player_name or row.player_name
    return row
