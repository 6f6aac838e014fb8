"""Turns somebody should look at: flagged by staff, or by the dialogue itself where it knows more
than a reader would see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import transaction

from aiworld.errors import Invalid, NotFound
from npcs import alerts, naming, staff_log
from npcs.claims import TRICKS, claim
from npcs.guarding import Objection
from npcs.models import AUTOMATIC, ConversationTurn, FlagReason, TurnFlag
from npcs.moderation.finding import MASK
from npcs.moderation.finding import found as words_found
from npcs.moderation.lists import SEVERE, Kind
from npcs.safety import visible
from npcs.staff_log import Person
from npcs.turns import Scene, Thought
from tenants import live

MAX_NOTE = 300
ALARMING = {Objection.CANARY, Objection.SEVERE}
BY_PEOPLE = [reason for reason in FlagReason if reason not in AUTOMATIC]


def noticed(scene: Scene, thought: Thought) -> list[str]:
    """What the dialogue itself finds worth a look."""
    found = []
    new = scene.conversation_id is None  # a name is looked at once in a conversation
    if (new and naming.tricks(scene.said.player_name)) or claim(
        scene.said.text, scene.language
    ) in TRICKS:
        found.append(FlagReason.TRICK.value)
    if thought.cleaned:
        found.append(FlagReason.CLEANED.value)
    if thought.blocked:
        found.append(FlagReason.BLOCKED.value)
    return [*found, *(reason.value for reason in _wording(scene, thought))]


def _wording(scene: Scene, thought: Thought) -> Iterator[FlagReason]:
    """What the word lists and the toxicity model find, in the player's line and in the NPC's."""
    kinds = words_found(scene.said.text, scene.language)
    kinds |= words_found(thought.text, scene.language)
    if scene.conversation_id is None:
        kinds |= naming.kinds(scene.said.player_name)
    if kinds & SEVERE or thought.blocked in ALARMING:
        yield FlagReason.SEVERE
    if Kind.MILD in kinds or MASK in scene.said.text:
        yield FlagReason.SWEARING
    if thought.toxic:
        yield FlagReason.TOXIC


def automatic(reasons: Sequence[str], *, turn_id: int, conversation_id: int) -> None:
    """What was noticed. Call it in the turn's transaction."""
    if reasons:
        TurnFlag.objects.bulk_create(TurnFlag(turn_id=turn_id, reason=each) for each in reasons)
    if FlagReason.SEVERE in reasons:
        alerts.sound(turn_id, conversation_id)


def flag(turn_id: int, reason: str, *, user: Person, note: str = "") -> list[str]:
    """All reasons the turn is flagged for afterwards. Raises Invalid, NotFound."""
    if reason not in BY_PEOPLE:
        raise Invalid(f"reason is one of {', '.join(BY_PEOPLE)}", field="reason")
    note = visible(note)
    if len(note) > MAX_NOTE:
        raise Invalid(f"The note is too long: at most {MAX_NOTE} characters.", field="note")
    with transaction.atomic():
        turn = _turn(turn_id)
        row, made = TurnFlag.objects.get_or_create(
            turn=turn,
            reason=reason,
            defaults={"note": note, "flagged_by": user.get_username()},
        )
        if made:
            staff_log.note(user, turn, f"Flagged: {reason}. {note}".strip())
        return _told(turn)


def suspect(turn_id: int, note: str) -> bool:
    """A model found something in a turn; False if it is flagged for that already, or gone."""
    with transaction.atomic():
        turn = ConversationTurn.objects.filter(pk=turn_id).select_for_update().first()
        if turn is None:
            return False
        _row, made = TurnFlag.objects.get_or_create(
            turn=turn, reason=FlagReason.SUSPECTED, defaults={"note": note[:MAX_NOTE]}
        )
        if made:
            _told(turn)
    return made


def unflag(turn_id: int, reason: str, *, user: Person) -> list[str]:
    """Raises NotFound if there is no such turn; a flag that is not there is no error."""
    with transaction.atomic():
        turn = _turn(turn_id)
        gone, _ = TurnFlag.objects.filter(turn=turn, reason=reason).delete()
        if gone:
            staff_log.note(user, turn, f"Flag removed: {reason}.")
        return _told(turn)


def _turn(turn_id: int) -> ConversationTurn:
    turn = ConversationTurn.objects.filter(pk=turn_id).select_for_update().first()
    if turn is None:
        raise NotFound("This turn does not exist any more.")
    return turn


def _told(turn: ConversationTurn) -> list[str]:
    reasons = list(turn.flags.order_by("pk").values_list("reason", flat=True))
    event = {
        "turn_id": turn.pk,
        "conversation_id": turn.conversation_id,
        "flags": reasons,
    }
    live.publish("flags", event)
    return reasons
