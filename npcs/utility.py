"""How well an act suits a character, from 0 to 1.

Utility scoring after Dave Mark's infinite axis utility system (GDC 2010 and 2013): every
consideration gives a number from 0 to 1, the numbers are multiplied, and the product is raised by
the compensation factor, so that an act with more considerations is not the worse for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

from npcs.acts import Act
from npcs.brief import Emotion, Persona, Regard

LEAST = 0.05
"""Of a consideration: no single one rules an act out."""
FIRST_SIGHT: Mapping[Regard, float] = {"cold": -0.5, "plain": 0.0, "warm": 0.4}
"""What the player's name in the world adds to trust, -1..1: reputation and karma (npcs.regard)."""
WORN = 0.9
"""What an act is worth the next time: people do not do the same all day."""


@dataclass(frozen=True, kw_only=True)
class Leaning:
    """Who leans towards an act. Weights from -1 (against it) to 1 (towards it)."""

    traits: Mapping[str, float]
    """By name of the Big Five trait."""
    good: float = 0.0
    """Of good characters; evil ones lean the other way."""
    lawful: float = 0.0
    moods: Mapping[Emotion, float] = field(default_factory=dict)
    trust: float = 0.0
    """Towards a player who is trusted."""


_ANGER: Mapping[Emotion, float] = {"angry": 1, "frustrated": 0.5, "disgusted": 0.5, "fearful": -0.6}
_FEAR: Mapping[Emotion, float] = {"fearful": 1, "anxious": 0.6, "angry": -0.6, "content": -0.4}
_WARMTH: Mapping[Emotion, float] = {
    "happy": 0.6, "content": 0.4, "excited": 0.4, "angry": -0.8, "disgusted": -0.8,
    "frustrated": -0.4,
}  # fmt: skip
_COLD: Mapping[Emotion, float] = {name: -weight for name, weight in _WARMTH.items()}
LEANINGS: Mapping[Act, Leaning] = {
    "help": Leaning(traits={"agreeableness": 1, "neuroticism": -0.3}, good=0.8, trust=0.6,
                    moods=_WARMTH),
    "fight": Leaning(traits={"agreeableness": -0.8, "neuroticism": -0.4, "extraversion": 0.4},
                     good=-0.4, trust=-0.8, moods=_ANGER),
    "flee": Leaning(traits={"neuroticism": 1, "extraversion": -0.3, "conscientiousness": -0.3},
                    trust=-0.2, moods=_FEAR),
    "talk": Leaning(traits={"extraversion": 1, "agreeableness": 0.5, "openness": 0.3},
                    trust=0.4, moods=_WARMTH),
    "trade": Leaning(traits={"conscientiousness": 0.5, "extraversion": 0.4, "openness": 0.2},
                     trust=0.3, moods=_WARMTH),
    "give": Leaning(traits={"agreeableness": 1}, good=0.8, trust=0.8, moods=_WARMTH),
    "refuse": Leaning(traits={"agreeableness": -0.8, "openness": -0.4}, good=-0.2, lawful=0.3,
                      trust=-0.8, moods=_COLD),
    "deceive": Leaning(traits={"agreeableness": -0.8, "conscientiousness": -0.6}, good=-0.8,
                       lawful=-0.8, trust=-0.6),
    "explore": Leaning(traits={"openness": 1, "extraversion": 0.2, "neuroticism": -0.4},
                       lawful=-0.2, moods={"curious": 1, "excited": 0.6, "fearful": -0.8}),
    "wait": Leaning(traits={"conscientiousness": 0.4, "openness": -0.4, "extraversion": -0.4},
                    lawful=0.2, moods={"content": 0.4, "sad": 0.4, "excited": -0.6}),
    "report": Leaning(traits={"conscientiousness": 0.8, "neuroticism": 0.3}, lawful=1,
                      trust=-0.3, moods=_FEAR),
    "punish": Leaning(traits={"agreeableness": -0.7, "conscientiousness": 0.4}, lawful=0.7,
                      good=-0.2, trust=-0.8, moods=_ANGER),
    "other": Leaning(traits={}),
}  # fmt: skip
_MORALS = {"good": 1.0, "evil": -1.0}
_ORDER = {"lawful": 1.0, "chaotic": -1.0}


def utility(
    act: Act, who: Persona, *, trust: float | None, fit: float = 0.5, lately: int = 0
) -> float:
    """0-1. `trust` (0-10) in the player it is about, None if it is about none; `fit` (0-1): how
    near the option's words are to the situation's; `lately`: how often of late it was chosen."""
    considered = [*_considerations(LEANINGS[act], who, trust), 0.5 + fit / 2]
    return compensated([max(each, LEAST) for each in considered]) * WORN**lately


def compensated(considerations: Sequence[float]) -> float:
    """Mark's product: s + (1 - s) * (1 - 1/n) * s."""
    score = prod(considerations)
    return score + (1 - score) * (1 - 1 / len(considerations)) * score


def _considerations(lean: Leaning, who: Persona, trust: float | None) -> list[float]:
    """Those on which the act depends at all."""
    found = []
    if lean.traits:
        weighed = sum(weight * (2 * getattr(who, name) - 1) for name, weight in lean.traits.items())
        found.append(_half(weighed / sum(map(abs, lean.traits.values()))))
    if lean.good or lean.lawful:
        order, _, morals = who.alignment.partition("_")
        weighed = lean.lawful * _ORDER.get(order, 0.0) + lean.good * _MORALS.get(morals, 0.0)
        found.append(_half(weighed / (abs(lean.good) + abs(lean.lawful))))
    if lean.moods:
        found.append(_half(lean.moods.get(who.mood, 0.0)))
    if lean.trust and trust is not None:
        trusted = min(max(trust / 5 - 1 + FIRST_SIGHT[who.regard], -1.0), 1.0)
        found.append(_half(lean.trust * trusted))
    return found or [0.5]


def _half(weight: float) -> float:
    """-1..1 as 0..1."""
    return 0.5 + weight / 2
