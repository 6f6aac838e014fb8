"""One thing that happened in the game, as every receiver gets it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

Goods = tuple[int, int]
"""Item id, pieces."""


class Kind(StrEnum):
    LOG_IN = "log_in"
    LOG_OUT = "log_out"
    KILL = "kill"
    MVP_KILL = "mvp_kill"
    DEATH = "death"
    BASE_LEVEL = "base_level"
    JOB_LEVEL = "job_level"
    MAP_CHANGE = "map_change"
    TRADE = "trade"
    VENDING_SALE = "vending_sale"
    ITEM_PICK = "item_pick"
    ITEM_DROP = "item_drop"
    ZENY_CHANGE = "zeny_change"
    QUEST_STEP = "quest_step"
    CASTLE_OWNER = "castle_owner"
    PARTY_JOIN = "party_join"


class GameEvent(NamedTuple):
    """Checked and bounded already (grpc_api/reported.py). A tuple, because there are thousands a
    second."""

    digest: str
    """Of the source and the client's id of the event, 32 hex digits."""
    kind: Kind
    at: datetime
    char_id: int | None
    """None: of no character."""
    name: str
    """Of the character; empty: not told."""
    map_name: str
    x: int
    y: int
    target_id: int = 0
    """Monster of a kill or death, item of a pick, drop, sale or zeny change, quest, guild."""
    other_char_id: int | None = None
    """Who traded, bought, killed the character or joined its party."""
    number: int = 1
    """Monsters or pieces; of a level: the new one, of a log-in the base level."""
    zeny: int = 0
    """More than 0: the character has more now. Of a sale: the whole price."""
    text: str = ""
    """Job; map left; state of the quest; castle; reason of a zeny change."""
    detail: str = ""
    """Guild's name."""
    job_level: int = 0
    given: Sequence[Goods] = ()
    taken: Sequence[Goods] = ()
