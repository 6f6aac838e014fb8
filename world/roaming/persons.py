"""Who comes: a trade the place has use for, and a character that fits the trade. Pure rules.

The trade is chosen by utility (Dill and Mark, GDC 2010): how much what happened there calls for it,
times how scarce it is there. Traits follow the trade (npcs/temperament.py); alignment, mood and way
of speaking follow the traits, so that a character never contradicts itself."""

from __future__ import annotations

from collections.abc import Mapping
from math import log1p
from random import Random

from npcs.models.personality import TRAITS
from npcs.temperament import BY_ROLE

NEEDS: Mapping[str, Mapping[str, float]] = {
    "healer": {"death": 1.0},
    "priest": {"death": 0.7, "mvp_kill": 0.3},
    "guard": {"death": 0.6, "kill": 0.3},
    "soldier": {"kill": 0.6, "mvp_kill": 0.6},
    "merchant": {"trade": 0.8, "vending_sale": 0.8},
    "trader": {"trade": 0.7, "item_drop": 0.5},
    "blacksmith": {"kill": 0.5, "trade": 0.3},
    "sailor": {"map_change": 0.5},
    "scholar": {"mvp_kill": 0.5, "base_level": 0.5},
    "elder": {"log_in": 0.4},
    "innkeeper": {"map_change": 0.6, "log_in": 0.4},
    "noble": {"vending_sale": 0.4},
    "thief": {"trade": 0.5},
}
"""Trade -> what happened there that calls for it."""
LEAST_NEED = 0.5
NEAR = 0.25
"""A trait may lie so far from the middle of its trade."""
NAMES = (
    "Adela", "Alric", "Anselm", "Bertha", "Brenna", "Cador", "Carys", "Corin", "Dagny", "Darius",
    "Eadric", "Edda", "Elric", "Emrys", "Fenja", "Finian", "Gerda", "Gisela", "Hakon", "Hilda",
    "Idris", "Ingrid", "Ivo", "Joran", "Kaira", "Kelda", "Leif", "Liora", "Lothar", "Maren",
    "Merric", "Mirela", "Nadja", "Nils", "Odo", "Olwen", "Orin", "Perrin", "Quill", "Ragna",
    "Renke", "Rowan", "Runa", "Sable", "Sigrid", "Soren", "Tamsin", "Tarek", "Thora", "Ulric",
    "Una", "Valda", "Varek", "Wanda", "Wulf", "Yara", "Ylva", "Yorick", "Zelda", "Zoran",
)  # fmt: skip


def trade(happened: Mapping[str, int], there: Mapping[str, int], random: Random) -> str:
    """`happened`: kind of event -> how often in a week; `there`: role -> how many NPCs of it."""
    most = log1p(max([*happened.values(), 1]))

    def worth(role: str) -> float:
        calls = sum(
            share * log1p(happened.get(kind, 0)) / most for kind, share in NEEDS[role].items()
        )
        return (LEAST_NEED + calls) / (1 + there.get(role, 0))

    best = max(worth(role) for role in NEEDS)
    return random.choice(sorted(role for role in NEEDS if worth(role) >= 0.95 * best))


def alignment(traits: Mapping[str, float]) -> str:
    """Of the nine. Warm characters are good and cold ones evil; orderly ones lawful and careless
    ones chaotic."""
    order = _side(traits["conscientiousness"], "lawful", "chaotic")
    morals = _side(traits["agreeableness"], "good", "evil")
    return "true_neutral" if order == morals == "neutral" else f"{order}_{morals}"


def _side(value: float, high: str, low: str) -> str:
    return high if value >= 0.6 else low if value <= 0.3 else "neutral"


def mood(traits: Mapping[str, float]) -> str:
    if traits["neuroticism"] >= 0.6:
        return "anxious"
    if traits["openness"] >= 0.7:
        return "curious"
    return "happy" if traits["extraversion"] >= 0.65 else "content"


def speech(traits: Mapping[str, float]) -> str:
    """How it talks, in English: told to the language model only."""
    told = [
        "talkative" if traits["extraversion"] >= 0.6 else "of few words",
        "warm" if traits["agreeableness"] >= 0.6 else "dry",
        "exact" if traits["conscientiousness"] >= 0.6 else "careless with details",
    ]
    return ", ".join(told)


def faults(role: str, traits: Mapping[str, float], claimed: str) -> list[str]:
    """What does not fit together; empty if all does."""
    if role not in BY_ROLE:
        return [f"there is no trade {role!r}: {', '.join(sorted(BY_ROLE))}"]
    found = [
        f"{name} {traits[name]:.2f} is none of a {role}"
        for name, middle in zip(TRAITS, BY_ROLE[role], strict=True)
        if abs(traits[name] - middle) > NEAR + 1e-9
    ]
    if claimed != alignment(traits):
        found.append(f"such a character is {alignment(traits)}, not {claimed}")
    return found
