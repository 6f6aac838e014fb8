"""Words of what is put on a map."""

from __future__ import annotations

from pydantic import BaseModel, Field

from agents.spec import EVERYBODY
from world.happenings import wording


class Tale(BaseModel):
    """What a language model may say of it; by rules it is said otherwise."""

    title: str = Field(default="", max_length=wording.TITLE)
    tale: str = Field(default="", max_length=wording.TEXT)


def check(said: Tale) -> None:
    """Raises Invalid for words that no NPC may say."""
    wording.title(said.title)
    wording.tale(said.tale)


def place(subject: str) -> str:
    """The map a run is about; empty: it looks for one itself."""
    return "" if subject == EVERYBODY else subject
