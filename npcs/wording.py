"""What the live view calls things, in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from npcs.models import FlagReason
from npcs.scales import Emotion, Source

EMOTIONS: dict[str, Promise] = {
    Emotion.NEUTRAL: _("neutral"),
    Emotion.HAPPY: _("happy"),
    Emotion.SAD: _("sad"),
    Emotion.ANGRY: _("angry"),
    Emotion.FEARFUL: _("fearful"),
    Emotion.SURPRISED: _("surprised"),
    Emotion.DISGUSTED: _("disgusted"),
    Emotion.EXCITED: _("excited"),
    Emotion.ANXIOUS: _("anxious"),
    Emotion.CONTENT: _("content"),
    Emotion.FRUSTRATED: _("frustrated"),
    Emotion.CURIOUS: _("curious"),
}
SOURCES: dict[str, Promise] = {
    Source.LLM: _("language model"),
    Source.CACHE: _("said before"),
    Source.SEMANTIC_CACHE: _("said before, in other words"),
    Source.TEMPLATE: _("template"),
    Source.COMPOSER: _("composer"),
    Source.STOCK: _("stock line"),
    Source.STAFF: _("game master"),
}
LANGUAGES = {
    "en": "English",
    "pt": "Português",
    "es": "Español",
    "id": "Bahasa Indonesia",
    "ko": "한국어",
    "th": "ไทย",
}
TEXTS: dict[str, Promise] = {
    "live": _("live"),
    "connecting": _("connecting"),
    "reconnecting": _("reconnecting"),
    "slow": _("fell behind, reconnecting"),
    "signed_out": _("signed out: sign in again"),
    "stranger": _("no longer a member"),
    "pause": _("Pause"),
    "go_on": _("Go on"),
    "go_on_new": _("Go on (%s new)"),
    "go_on_many": _("Go on (more than %s new)"),
    "speaks": _("%(npc)s to %(player)s: %(text)s"),
    "waits": _("%(player)s to %(npc)s: %(text)s"),
    "seconds_left": _("waits %s s for your words"),
    "new_turns": _("%s new turns."),
    "announce": _("%(player)s to %(npc)s: %(said)s. %(npc)s, %(emotion)s: %(text)s"),
    "held_by": _("%s speaks as the NPC"),
    "you_hold": _("You speak as the NPC"),
    "free": _("The NPC speaks for itself"),
    "line_waits": _("Waits for the player's next words: %s"),
    "ended": _("The conversation was given back."),
    "failed": _("That did not work. Try again."),
    "alarm": _("Something severe was said: look at the conversation"),
    "flagged": _("Flagged: %s"),
    "unflag": _("Remove flag: %s"),
    "nothing_used": _("No fact and no memory was used."),
    "facts": _("Facts"),
    "memories": _("Memories"),
    "intent": _("Taken for"),
    "trust_reason": _("Trust moved because"),
    "model": _("Model"),
    "noted_by": _("%(reason)s, by %(by)s. %(note)s"),
    "noted": _("%(reason)s, noticed automatically"),
    "plot": _("Trust from %(first)s to %(last)s over %(turns)s turns"),
}


def for_scripts() -> dict[str, Any]:
    """All of it, as JSON for the page's scripts."""
    parts: dict[str, dict[Any, Any]] = {
        "texts": TEXTS,
        "emotions": EMOTIONS,
        "sources": SOURCES,
        "reasons": {reason.value: reason.label for reason in FlagReason},
    }
    return {name: {key: str(text) for key, text in texts.items()} for name, texts in parts.items()}
