"""Kinds of world events that the map-server acts on, and what each has to say in `data`. Any other
kind is a tale: NPCs speak of it, and the map-server may show its title."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator

from aiworld.errors import Invalid
from npcs.pages import encodable
from npcs.safety import clean_reply
from world.happenings import places, tales
from world.happenings.data import Cell, Data, Id, Key

Weather = Literal["clear", "cloudy", "fog", "rain", "storm", "snow", "sandstorm"]
MOST_BYTES = 150
"""Of an announcement, in the server's code page: the game's own line ends there. A letter has at
least one."""


class Announcement(Data):
    text: Annotated[str, Field(min_length=1, max_length=MOST_BYTES)]
    colour: Annotated[int, Field(ge=0, le=0xFFFFFF)] = 0
    """0xRRGGBB; 0: the client's own."""

    @field_validator("text")
    @classmethod
    def _no_markup(cls, text: str) -> str:
        if not (clean := clean_reply(text)):
            raise ValueError("there is nothing to say")
        return clean


class WeatherChange(Data):
    weather: Weather
    group: Annotated[str, Field(max_length=40)] = ""
    """Group of maps; empty: everywhere."""
    maps: list[Annotated[str, Field(max_length=24)]] = Field(default_factory=list, max_length=500)


class Spawn(Data):
    monster_id: Id
    amount: Annotated[int, Field(ge=1, le=50)]
    x: Cell = 0
    y: Cell = 0


class ShopPrice(Data):
    npc: Key
    item_id: Id
    price: Annotated[int, Field(ge=0, le=2**31 - 1)]


class NpcMove(Data):
    npc: Key
    x: Cell
    y: Cell


TYPES: dict[str, type[Data]] = {
    "announcement": Announcement,
    "weather": WeatherChange,
    "spawn": Spawn,
    "shop_price": ShopPrice,
    "npc_move": NpcMove,
    **places.TYPES,
    **tales.TYPES,
}


def typed(kind: str, data: object, code_page: str) -> Data | None:
    """None for a kind without a type, and for data that is none."""
    try:
        return checked(kind, data, code_page)
    except Invalid:
        return None


def checked(kind: str, data: object, code_page: str) -> Data | None:
    """None for a kind without a type. Raises Invalid for data that is none of the kind's, and for
    an announcement that is too long for the game."""
    wanted = TYPES.get(kind)
    if wanted is None:
        return None
    try:
        found = wanted.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Invalid(f"{where}: {first['msg']}", field=where or "data") from None
    if isinstance(found, Announcement):
        size = len(encodable(found.text, code_page).encode(code_page))
        if not 0 < size <= MOST_BYTES:
            most = f"text: {size} bytes in {code_page}, an announcement has 1 to {MOST_BYTES}"
            raise Invalid(most, field="text")
    return found
