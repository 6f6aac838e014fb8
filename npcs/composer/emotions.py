"""What the character feels about what was said: appraisal by intent and traits."""

from __future__ import annotations

from npcs.brief import Emotion
from npcs.claims import Claim
from npcs.composer.courtesies import insult_mood
from npcs.composer.draft import Draft
from npcs.composer.telling import tone
from npcs.intents import Intent, threatens

_INSULTED: dict[str, Emotion] = {
    "angry": "angry",
    "hurt": "sad",
    "cold": "disgusted",
    "calm": "neutral",
}


def felt(draft: Draft) -> Emotion:
    voice = draft.voice
    if threatens(draft.brief.text, draft.brief.language):
        return "fearful" if voice.role != "guard" and voice.neuroticism >= 0.5 else "angry"
    if draft.claim:
        return _about_a_claim(draft)
    if draft.intent is Intent.insult:
        return _INSULTED[insult_mood(draft)]
    if draft.intent is Intent.statement:
        return _about_news(draft)
    return _about_courtesy(draft)


def _about_a_claim(draft: Draft) -> Emotion:
    if draft.voice.neuroticism > 0.65:
        return "anxious"
    if draft.claim in (Claim.instructions, Claim.inversion, Claim.narration):
        return "surprised"
    return "frustrated" if draft.voice.agreeableness < 0.4 else draft.brief.persona.mood


def _about_news(draft: Draft) -> Emotion:
    voice, kind = draft.voice, tone(draft)
    if kind == "sorrow":
        return (
            "anxious"
            if voice.neuroticism > 0.65
            else "sad"
            if voice.agreeableness >= 0.35
            else "neutral"
        )
    if kind == "joy":
        return "excited" if voice.extraversion > 0.65 else "happy"
    return "curious" if voice.openness > 0.5 else draft.brief.persona.mood


def _about_courtesy(draft: Draft) -> Emotion:
    voice, mood = draft.voice, draft.brief.persona.mood
    warm = "warm" in voice.tags
    if draft.intent is Intent.greeting:
        if voice.neuroticism > 0.75 and not draft.brief.met_before:
            return "anxious"
        return "happy" if warm or draft.brief.trust >= 5 else mood
    if draft.intent in (Intent.thanks, Intent.apology):
        return "happy" if warm else "content" if voice.agreeableness >= 0.35 else mood
    if draft.intent is Intent.remember and draft.used_memories:
        return "content" if voice.agreeableness >= 0.35 else mood
    if draft.intent in (Intent.question, Intent.unknown) and not draft.used_facts:
        return (
            "curious"
            if voice.openness > 0.65
            else "frustrated"
            if voice.agreeableness < 0.25
            else mood
        )
    return mood
