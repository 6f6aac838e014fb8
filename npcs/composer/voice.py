"""How a character sounds: its traits, its style of speech and its trust, as tags on phrasings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from npcs.brief import Persona
from npcs.regard import WARMTH

_ROLES = {
    "kafra": ("kafra",),
    "guard": ("guard", "soldier", "sentinel", "watchman", "knight", "sentry"),
    "healer": ("healer", "nurse", "doctor", "herbalist", "medic"),
    "blacksmith": ("smith", "forge", "armorer", "refiner"),
    "sailor": ("sailor", "captain", "fisher", "pirate", "seaman", "boatman"),
    "innkeeper": ("inn", "bartender", "barkeep", "tavern", "cook", "waitress", "maid"),
    "merchant": ("merchant", "trader", "seller", "vendor", "dealer", "shopkeeper", "shop"),
    "child": ("child", "kid", "boy", "girl"),
    "elder": ("elder", "old man", "old woman", "grandmother", "grandfather", "granny"),
    "priest": ("priest", "nun", "monk", "acolyte", "bishop", "cleric", "sister of"),
    "villager": ("villager", "citizen", "townsfolk", "resident", "peasant", "man", "woman", "npc"),
}
_FORMAL_IN_SPANISH = ("kafra", "guard", "merchant")
_MANNERS: dict[str, tuple[str, float, tuple[str, ...]]] = {
    "formal": ("conscientiousness", 0.3, ("formal", "polite", "courteous", "proper", "noble")),
    "warm": ("agreeableness", 0.3, ("cheerful", "warm", "friendly", "kind", "jovial")),
    "cold": ("agreeableness", -0.3, ("cold", "rude", "gruff", "grumpy", "harsh", "sarcastic")),
    "vivid": ("openness", 0.3, ("poetic", "riddle", "flowery", "metaphor", "dreamy")),
    "anxious": ("neuroticism", 0.3, ("nervous", "stutter", "timid", "anxious", "shy")),
    "curt": ("extraversion", -0.3, ("short", "terse", "curt", "laconic", "few words", "quiet")),
    "chatty": ("extraversion", 0.3, ("chatty", "talkative", "rambling", "lively")),
}
_HIGH, _LOW = 0.65, 0.35


class Speaking(Protocol):
    """Who speaks, and how far the listener is trusted: a Brief, or a Scene."""

    @property
    def persona(self) -> Persona: ...
    @property
    def trust(self) -> float: ...


@dataclass(frozen=True, kw_only=True)
class Voice:
    tags: tuple[str, ...]
    """Which phrasings fit, the strongest trait first; the role is the last."""
    role: str
    formal_address: bool
    """usted instead of tú, Anda instead of kamu."""
    extras: tuple[str, ...]
    """What may be added to an answer, the likeliest first."""
    room: int
    """How many extras an answer takes."""
    openness: float
    conscientiousness: float
    extraversion: float
    agreeableness: float
    neuroticism: float


def voice_of(brief: Speaking) -> Voice:
    traits = _traits(brief.persona)
    role = role_of(brief.persona.role)
    warmth = traits["agreeableness"] + 0.05 * (brief.trust - 1.0) + WARMTH[brief.persona.regard]
    strength = {
        "warm": warmth - _HIGH,
        "cold": _LOW - warmth,
        "formal": traits["conscientiousness"] - _HIGH,
        "vivid": traits["openness"] - _HIGH,
        "anxious": traits["neuroticism"] - _HIGH,
        "curt": _LOW - traits["extraversion"],
    }
    tags = sorted((tag for tag, by in strength.items() if by > 0), key=lambda tag: -strength[tag])
    return Voice(
        tags=(*tags, role),
        role=role,
        formal_address=role in _FORMAL_IN_SPANISH,
        extras=_extras(traits),
        room=0 if traits["extraversion"] < _LOW else 2 if traits["extraversion"] > _HIGH else 1,
        **traits,
    )


def role_of(words: str) -> str:
    """One of the roles that have phrasings of their own, or 'other'."""
    lowered = words.lower()
    if not lowered:
        return "villager"
    return next((r for r, signs in _ROLES.items() if any(s in lowered for s in signs)), "other")


def _traits(persona: Persona) -> dict[str, float]:
    traits = {
        "openness": persona.openness,
        "conscientiousness": persona.conscientiousness,
        "extraversion": persona.extraversion,
        "agreeableness": persona.agreeableness,
        "neuroticism": persona.neuroticism,
    }
    style = persona.speech_style.lower()
    for trait, shift, signs in _MANNERS.values():
        if any(sign in style for sign in signs):
            traits[trait] = min(1.0, max(0.0, traits[trait] + shift))
    return traits


def _extras(traits: dict[str, float]) -> tuple[str, ...]:
    pull = {
        "chat": traits["extraversion"] - _HIGH,
        "worry": traits["neuroticism"] - _HIGH,
        "image": traits["openness"] - _HIGH,
        "precise": traits["conscientiousness"] - _HIGH,
        "loose": 0.2 - traits["conscientiousness"],
    }
    return tuple(sorted((key for key, by in pull.items() if by > 0), key=lambda key: -pull[key]))
