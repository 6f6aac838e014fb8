"""A game master speaks for an NPC in one conversation.

The row says who holds the conversation; it ends by itself when its holder writes nothing for ten
minutes or is not heard of for one. What the holder writes waits in `staff_lines` until a turn
delivers it (`standing_in`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from aiworld.errors import Conflict, Invalid, NotFound
from npcs import staff_log
from npcs.mind import MAX_REPLY
from npcs.models import Conversation, StaffLine, Takeover
from npcs.safety import clean_reply
from npcs.scales import Emotion
from npcs.staff_log import Person
from tenants import live
from tenants.statements import rows

MOST_LINES = 5
"""Lines of one conversation that wait to be delivered."""
TAKE = """
INSERT INTO conversation_takeovers AS t (
    conversation_id, holder, taken_at, active_at, seen_at, ended_at
) VALUES (%(conversation)s, %(holder)s, %(now)s, %(now)s, %(now)s, NULL)
ON CONFLICT (conversation_id) DO UPDATE SET
    taken_at = CASE WHEN t.ended_at IS NULL AND t.holder = excluded.holder
                    THEN t.taken_at ELSE excluded.taken_at END,
    holder = excluded.holder, active_at = excluded.active_at, seen_at = excluded.seen_at,
    ended_at = NULL
WHERE t.holder = excluded.holder OR t.ended_at IS NOT NULL
   OR t.active_at <= %(idle)s OR t.seen_at <= %(gone)s
RETURNING conversation_id
"""


@dataclass(frozen=True, kw_only=True)
class Hold:
    holder: str
    ends_at: datetime


def hold(conversation_id: int) -> Hold | None:
    row = Takeover.objects.held().filter(conversation_id=conversation_id).first()
    return Hold(holder=row.holder, ends_at=row.active_at + Takeover.IDLE) if row else None


def take(conversation_id: int, *, user: Person) -> Hold:
    """Raises NotFound, and Conflict if another person holds it."""
    now = timezone.now()
    values = {
        "conversation": conversation_id,
        "holder": user.get_username(),
        "now": now,
        "idle": now - Takeover.IDLE,
        "gone": now - Takeover.GONE,
    }
    with transaction.atomic():
        talk = _conversation(conversation_id)
        before = hold(conversation_id)
        if not rows(TAKE, values):
            name = before.holder if before else "Somebody"
            raise Conflict(f"{name} speaks for this NPC already.")
        if before is None:
            _drop_waiting(conversation_id)
            staff_log.note(user, talk, "Took the conversation over.")
        return _told(conversation_id)


def give_back(conversation_id: int, *, user: Person) -> None:
    """The NPC speaks for itself again; lines that wait are dropped. What is not held is no
    error."""
    with transaction.atomic():
        held = Takeover.objects.filter(
            conversation_id=conversation_id, holder=user.get_username(), ended_at__isnull=True
        )
        if held.update(ended_at=timezone.now()):
            staff_log.note(user, _conversation(conversation_id), "Gave the conversation back.")
            _ended(conversation_id)


def say(conversation_id: int, text: str, *, user: Person, emotion: str = Emotion.NEUTRAL) -> str:
    """Have the NPC say this next; returns it as it will be said. Raises Invalid, NotFound, and
    Conflict if this person does not hold the conversation or too many lines wait."""
    clean = speakable(text)
    if emotion not in Emotion.values:
        raise Invalid(f"emotion is one of {', '.join(Emotion.values)}", field="emotion")
    now, author = timezone.now(), user.get_username()
    with transaction.atomic():
        talk = _conversation(conversation_id)
        held = Takeover.objects.held().filter(conversation_id=conversation_id, holder=author)
        if not held.update(active_at=now, seen_at=now):
            raise Conflict("You do not speak for this NPC any more. Take the conversation again.")
        if StaffLine.objects.filter(conversation=talk, turn=None).count() >= MOST_LINES:
            raise Conflict(f"{MOST_LINES} lines wait already. The player has to speak first.")
        StaffLine.objects.create(
            conversation=talk, author=author, text=clean, emotion=emotion, created_at=now
        )
        staff_log.note(user, talk, f"Spoke as the NPC: {clean}")
        live.publish("line", {"conversation_id": talk.pk, "text": clean, "spoken_by": author})
        live.ring(bell_of(talk.pk))
    return clean


def speakable(text: str) -> str:
    """As every reply: without what the game client would act on. Raises Invalid."""
    if len(text) > 4 * MAX_REPLY:
        raise Invalid(f"Too long: at most {MAX_REPLY} characters.", field="text")
    clean = clean_reply(text)
    if not clean:
        raise Invalid("Write what the NPC shall say, as plain words.", field="text")
    if len(clean) > MAX_REPLY:
        raise Invalid(f"Too long: {len(clean)} characters, at most {MAX_REPLY}.", field="text")
    return clean


def lines_waiting(conversation_id: int) -> list[str]:
    waiting = StaffLine.objects.filter(conversation_id=conversation_id, turn=None)
    return list(waiting.order_by("pk").values_list("text", flat=True))


def seen(conversation_id: int, *, user: Person) -> Hold | None:
    """The holder's live view is still open. Who holds the conversation now."""
    Takeover.objects.held().filter(
        conversation_id=conversation_id, holder=user.get_username()
    ).update(seen_at=timezone.now())
    return hold(conversation_id)


def end_lapsed() -> int:
    """Write down that takeovers ended whose holders are gone; returns how many."""
    ended = 0
    for row in Takeover.objects.lapsed().select_related("conversation"):
        with transaction.atomic():
            still = Takeover.objects.lapsed().filter(pk=row.pk, holder=row.holder)
            if still.update(ended_at=timezone.now()):
                _ended(row.conversation_id)
                ended += 1
    return ended


def delivered(lines: tuple[int, ...], turn_id: int) -> None:
    """Call it in the turn's transaction."""
    StaffLine.objects.filter(pk__in=lines).update(turn_id=turn_id)


def bell_of(conversation_id: int) -> str:
    return f"talk-{conversation_id}"


def _conversation(conversation_id: int) -> Conversation:
    talk = Conversation.objects.filter(pk=conversation_id).select_related("npc").first()
    if talk is None:
        raise NotFound("This conversation does not exist any more.")
    return talk


def _told(conversation_id: int) -> Hold:
    held = hold(conversation_id)
    assert held is not None  # nosec B101 - taken a moment ago in the same transaction
    event = {
        "conversation_id": conversation_id,
        "holder": held.holder,
        "ends_at": held.ends_at.isoformat(),
    }
    live.publish("takeover", event)
    live.ring(bell_of(conversation_id))
    return held


def _ended(conversation_id: int) -> None:
    _drop_waiting(conversation_id)
    live.publish("takeover", {"conversation_id": conversation_id, "holder": "", "ends_at": ""})
    live.ring(bell_of(conversation_id))


def _drop_waiting(conversation_id: int) -> None:
    """What an earlier holder wrote and nobody heard."""
    StaffLine.objects.filter(conversation_id=conversation_id, turn=None).delete()
