"""One turn of a conversation: what was said, what there is to know about it, what was answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from inference.generation import Call
from npcs import confiding
from npcs.brief import Emotion, Language, Mode, Persona, Recollection, Turn
from npcs.conditions import World, unmet
from npcs.relationships import Known
from npcs.scales import Sensitivity
from tenants.llm import Terms


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a player says, already cleaned and bounded by the entry point."""

    npc_key: str
    char_id: int
    player_name: str
    text: str
    request_id: str
    language: str = ""
    """What the client says the player speaks; empty: told from the text."""
    map_name: str = ""
    base_level: int = 0
    """Of the character, for an offer of work; 0: whatever is known of it."""
    toxic: bool = False
    """A model finds that it is meant to hurt; asked before anything else where that blocks."""
    vector: tuple[float, ...] | None = None
    """Of the text, where it came along with that."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What the database knows about it, before anything is thought."""

    said: Said
    npc_id: int
    npc_version: int
    persona: Persona
    language: Language
    trust: float
    known: Known | None
    """The relationship as it was read; None: they have not met."""
    met_before: bool
    recent: tuple[Turn, ...]
    conversation_id: int | None
    """The conversation that goes on, or None if a new one begins."""
    now: datetime
    base_mood: Emotion = "neutral"
    """The NPC's own mood; `persona` has the one that this player's words have left."""
    held_by: str = ""
    """The game master who speaks for the NPC in this conversation, if one does."""
    mode: Mode = "normal"
    trust_gain: float = 1.0
    packs: tuple[int, ...] = ()
    """The shared packs of knowledge this NPC has."""
    conditions: tuple[str, ...] = ()
    """All that some of its knowledge is told under."""
    world: World = field(default_factory=dict)
    """What conditions can ask for, if there are any."""
    notice: str = ""
    """What this player has to be told with the answer: that it is AI. Empty: told before."""

    @cached_property
    def opened(self) -> Sensitivity:
        """The most sensitive tier of knowledge this player is trusted enough to hear."""
        return confiding.opened(self.persona, self.trust)

    @cached_property
    def unmet(self) -> tuple[str, ...]:
        """The conditions that are not true now: what is told under them is withheld."""
        return unmet(self.conditions, {**self.world, "trust": self.trust})


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What one question to language models came to."""

    calls: tuple[Call, ...]
    own: Terms | None = None
    """The owner's model was asked, with the owner's key, on these terms; None: the platform's."""
    hold: int | None = None
    """What was set aside for it (npcs.budget)."""


@dataclass(frozen=True, kw_only=True)
class Thought:
    """What the NPC is going to say, whoever thought of it."""

    text: str
    emotion: Emotion
    intent: str
    source: str
    facts: tuple[int, ...] = ()
    memories: tuple[Recollection, ...] = ()
    personal: bool = True
    model: str = ""
    prompt_version: str = ""
    paid: Receipt | None = None
    """What asking a language model came to, failed attempts too; None: none was asked."""
    vector: tuple[float, ...] | None = None
    """Of what the player said, if the encoder was asked."""
    spoken_by: str = ""
    """The game master whose words these are, if a person's."""
    lines: tuple[int, ...] = ()
    """The lines of theirs it consists of."""
    cleaned: bool = False
    """Whether words of the model's were removed before it could be said."""
    blocked: str = ""
    """Why a model's answer was not said, if it was not; see `guarding.Objection`."""
    toxic: bool = False
    """A model finds that the player's line, or the answer, is meant to hurt."""
    unheard: bool = False
    """The player's line was turned away: it is answered with a deflection, and not remembered."""

    @property
    def calls(self) -> tuple[Call, ...]:
        return self.paid.calls if self.paid else ()


@dataclass(frozen=True, kw_only=True)
class Reply:
    text: str
    emotion: str
    intent: str
    source: str
    trust: float
    trust_change: float
    language: str
    conversation_id: int
    turn_id: int
    latency_ms: int
    repeated: bool = False
    notice: str = ""
    """That it is AI, where this player was not told before."""
    recalled: tuple[Recollection, ...] = field(default=())
