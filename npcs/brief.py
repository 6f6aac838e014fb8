"""What a mind is given for one answer. `reading` fills a Brief from the database; `prompting` (LLM)
and `composer` (no LLM) both answer from it and from nothing else, so what is not in a Brief cannot
be told.

Scales are those of the whole system: traits 0.0-1.0, trust 0.0-10.0, importance 0.0-10.0,
sensitivity 0 public, 5 private, 8 secret, 10 confidential.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Language = Literal["en", "pt", "es", "id", "ko", "th"]
Speaker = Literal["player", "npc", "other"]
Mode = Literal["budget", "normal", "full"]
Regard = Literal["cold", "plain", "warm"]
Emotion = Literal[
    "neutral", "happy", "sad", "angry", "fearful", "surprised", "disgusted", "excited",
    "anxious", "content", "frustrated", "curious",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Persona:
    key: str
    name: str
    role: str
    """One lower-case English word or phrase: guard, merchant, healer, villager ..."""
    map_name: str
    x: int
    y: int
    openness: float
    conscientiousness: float
    extraversion: float
    agreeableness: float
    neuroticism: float
    alignment: str
    background: str
    speech_style: str
    mood: Emotion = "neutral"
    regard: Regard = "plain"
    """How it meets this player for what others say of them; see `npcs.regard`."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A piece of the NPC's knowledge that this player is trusted enough to hear."""

    id: int
    topic: str
    text: str
    sensitivity: int
    score: float = 0.0
    """Relevance to what the player just said, 0.0-1.0."""
    attribution: str = ""
    """Who it is from, if it is not the NPC's own; the text begins with it."""


@dataclass(frozen=True, kw_only=True)
class Recollection:
    """A memory about this player (never about another one) or about none, with what made it
    surface."""

    id: int
    text: str
    """The words themselves when `speaker` is the player, e.g. "My sister Mira is ill"."""
    speaker: Speaker
    subject: str
    place: str
    happened_at: datetime
    importance: float
    shared: bool = False
    """Of the town or the faction, and about no player."""
    noticed: bool = False
    """A reflection: nobody said it in these words, so it is not quoted."""
    score: float = 0.0
    """Relevance to what the player just said, 0.0-1.0."""


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """Somebody on the same map."""

    name: str
    role: str
    x: int
    y: int


LookupKind = Literal[
    "droppers", "no_droppers", "drops", "no_drops", "level", "homes", "no_homes", "buy", "no_buy",
    "sell", "no_sell", "fits", "no_fits", "which_level", "residents", "no_residents",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """What the game server's own data say to what the player asks of a guide. Names are those of
    the data."""

    kind: LookupKind
    subject: str = ""
    """The item, monster or map that is asked about."""
    who: tuple[str, ...] = ()
    """Monsters or things, with rates where they have one; or a shop."""
    first: str = ""
    """The monster that drops it most often."""
    places: tuple[str, ...] = ()
    """Maps, the best first; or the place of the shop."""
    figure: int = 0
    """A level or a price."""
    highest: int = 0
    """The highest level of the map, where `figure` is the lowest."""
    personal: bool = False
    """Whether it is about the player's own level."""
    names: tuple[tuple[str, str], ...] = ()
    """What a model may write instead of a name: ("item:909", "Jellopy")."""


@dataclass(frozen=True, kw_only=True)
class Turn:
    speaker: Speaker
    text: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Brief:
    persona: Persona
    player_name: str
    language: Language
    text: str
    """What the player said, already cleaned."""
    trust: float
    met_before: bool
    facts: tuple[Fact, ...] = ()
    """Best first."""
    memories: tuple[Recollection, ...] = ()
    """Best first."""
    sure: bool = True
    """Whether any of the memories seems to answer what the player said."""
    recent: tuple[Turn, ...] = ()
    """This player's last turns with this NPC, oldest first, without the present one."""
    neighbours: tuple[Neighbour, ...] = ()
    """Those the player may mean."""
    lookup: Lookup | None = None
    """What a guide found in the server's own data."""
    mode: Mode = "normal"
    """What the answer may cost; see `npcs.scales.AIMode`."""
    standalone: bool = False
    """The question has the same answer for everybody, and nothing this NPC knows of the player
    touches it: a language model is told nothing of them, so that its answer may be kept."""
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a mind answered, before it is cleaned and cut for the game client."""

    text: str
    used_facts: tuple[int, ...] = ()
    used_memories: tuple[int, ...] = ()
    personal: bool = False
    """True if it speaks of this player (name, memories, earlier turns): never cached for others."""
