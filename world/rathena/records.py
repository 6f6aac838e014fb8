"""What is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Mode = Literal["re", "pre-re"]


class Broken(Exception):
    """Why a record cannot be used, in words for its author."""


@dataclass(frozen=True, slots=True)
class Issue:
    path: str
    line: int
    """0: the file as a whole."""
    message: str

    def __str__(self) -> str:
        at = f"{self.path}:{self.line}" if self.line else self.path
        return f"{at}: {self.message}"


@dataclass(frozen=True, slots=True)
class Record:
    """One entry of a `Body`, every scalar as it is written."""

    values: dict[str, Any]
    path: str
    line: int


@dataclass(slots=True, kw_only=True)
class Item:
    id: int
    aegis_name: str
    name: str
    kind: str = "Etc"
    subtype: str = ""
    buy: int = 0
    sell: int = 0
    weight: int = 0
    attack: int = 0
    defense: int = 0
    slots: int = 0
    level_min: int = 0
    level_max: int = 0
    locations: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    restrictions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drop:
    item: int
    rate: int
    """In 10,000."""
    steal_protected: bool = False


@dataclass(slots=True, kw_only=True)
class Monster:
    id: int
    aegis_name: str
    name: str
    level: int = 1
    hp: int = 1
    base_exp: int = 0
    job_exp: int = 0
    size: str = "Small"
    race: str = "Formless"
    element: str = "Neutral"
    element_level: int = 1
    rank: str = "Normal"
    modes: tuple[str, ...] = ()
    drops: tuple[Drop, ...] = ()
    mvp_drops: tuple[Drop, ...] = ()

    @property
    def is_mvp(self) -> bool:
        return "Mvp" in self.modes


@dataclass(slots=True, kw_only=True)
class Skill:
    id: int
    aegis_name: str
    name: str
    max_level: int = 1
    kind: str = ""
    target: str = "Passive"


@dataclass(slots=True, kw_only=True)
class Quest:
    id: int
    title: str
    time_limit: str = ""
    targets: tuple[dict[str, Any], ...] = ()
    drops: tuple[dict[str, Any], ...] = ()


@dataclass(slots=True, kw_only=True)
class Job:
    name: str
    max_base_level: int | None = None
    max_job_level: int | None = None
    max_weight: int = 20_000


@dataclass(slots=True, kw_only=True)
class Map:
    name: str
    width: int | None = None
    height: int | None = None
    x: int | None = None
    y: int | None = None
    """The walkable cell that is nearest to the middle."""
    walkable: int = 0
    cells: bytes | None = None
    """zlib of one bit a cell, row by row from y = 0."""
    flags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spawn:
    map_id: str
    monster_id: int
    amount: int
    x: int
    y: int
    x_span: int
    y_span: int
    respawn_ms: int
    variance_ms: int
    level: int | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    map_id: str
    x: int
    y: int
    shop: str
    item_id: int
    price: int
    source: str


@dataclass(slots=True)
class Found:
    """All of a server's own data."""

    mode: Mode
    items: dict[int, Item] = field(default_factory=dict)
    monsters: dict[int, Monster] = field(default_factory=dict)
    skills: dict[int, Skill] = field(default_factory=dict)
    quests: dict[int, Quest] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    maps: dict[str, Map] = field(default_factory=dict)
    spawns: list[Spawn] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    broken: int = 0
    """Records that were left out whole."""
