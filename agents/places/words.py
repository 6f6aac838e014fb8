"""Words of what is put on a map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, Field

from agents.spec import EVERYBODY, Asked, character
from npcs.pages import encodable
from tenants.context import tenant
from world.happenings import wording
from world.models import GameMonster

LONGEST_NAME = 40


class Tale(BaseModel):
    """What a language model may say of it; by rules it is said otherwise."""

    title: str = Field(default="", max_length=wording.TITLE)
    tale: str = Field(default="", max_length=wording.TEXT)


Level = Annotated[int, Field(ge=0, le=999)]
"""0: as it was reported last."""


class ForParty(Asked):
    party: dict[str, Level] = Field(default_factory=dict, max_length=12)
    """Character id, as a key of JSON -> level. Empty: who is there."""

    def named(self) -> Mapping[int, int]:
        """Raises Invalid for what is no character id."""
        return {character(char_id): level for char_id, level in self.party.items()}


def check(said: Tale) -> None:
    """Raises Invalid for words that no NPC may say."""
    wording.title(said.title)
    wording.tale(said.tale)


def name(of: GameMonster) -> str:
    """What players read: as the client shows it, else as scripts call it; short."""
    page, shown = tenant().code_page, of.name.strip()
    return (shown if shown and encodable(shown, page) == shown else of.aegis_name)[:LONGEST_NAME]


def place(subject: str) -> str:
    """The map a run is about; empty: it looks for one itself."""
    return "" if subject == EVERYBODY else subject
