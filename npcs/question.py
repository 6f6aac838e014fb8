"""What is asked of a history, and of whom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from npcs.indexing import Index
from npcs.terms import phrases

ASKING, ANSWERING = frozenset({"user", "human", "player"}), frozenset({"assistant", "ai", "npc"})
_ME = re.compile(
    r"\b(?:i|my|me|mine|eu|meus?|minhas?|mim|yo|mi|mis|aku|saya|ku|kamiku)\b|ฉัน|ผม|제가|제|저는|내"
)
_YOU = re.compile(
    r"\byou (?:promise|recommend|suggest|said|told|mention|provid|gave|list|offer|swore)\w*"
    r"|\b(?:prometeu|prometeste|prometiste|dijiste|ofreciste)\b|\bvoce (?:me )?(?:disse|ofereceu)"
    r"|\bkamu (?:menjanjikan|berjanji|bilang)|เจ้าสัญญา|คุณสัญญา|(?:기로|주기로) 약속했잖|약속했잖"
)


@dataclass(frozen=True, kw_only=True)
class Question:
    text: str
    at: datetime
    language: str = "en"

    @property
    def parts(self) -> list[str]:
        """What is embedded: the whole, then its parts."""
        return [self.text, *phrases(self.text)[:3]]


def named(index: Index, low: str) -> str:
    """The only speaker whom the question names, if there is one; 'I' is the user or the player,
    'you promised me' the other one."""
    found = [name for name in index.speakers if re.search(rf"\b{re.escape(name)}\b", low)]
    if not found and index.speakers & (ASKING | ANSWERING):
        wanted = ANSWERING if _YOU.search(low) else ASKING if _ME.search(low) else frozenset()
        found = list(index.speakers & wanted) or sorted(wanted)[:1]
    return found[0] if len(found) == 1 else ""
