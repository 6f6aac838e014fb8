"""One character as files carry it, whatever the format."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from aiworld.errors import Invalid
from npcs.conditions import LONGEST, check
from npcs.safety import visible
from npcs.scales import Alignment, Emotion, Sensitivity

MAX_NPCS = 2_000
MAX_FACTS = 500
DEEPEST = 40
"""Levels of what a card holds."""
TRAITS = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism")
PERSONA = (
    "name", "map_name", "x", "y", "sprite", "role", "background", "speech_style", *TRAITS,
    "alignment", "mood", "group", "faction", "ai_mode",
)  # fmt: skip
"""What a file may say about a character; the columns of npc_personalities with these names."""


def paragraphs(text: str) -> str:
    """Cleaned line by line: what cannot be seen goes, line breaks stay."""
    lines = [visible(line) for line in text.replace("\r\n", "\n").split("\n")]
    return "\n".join(lines).strip()


Line = Annotated[str, AfterValidator(visible)]
Paragraphs = Annotated[str, AfterValidator(paragraphs)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


def _possible(condition: str) -> str:
    try:
        if condition:
            check(condition)
    except Invalid as error:
        raise ValueError(error.message) from None
    return condition


def depth(value: Any) -> int:
    """Levels of lists and objects, and the values in them."""
    level, found = [value], 0
    while level:
        found += 1
        level = [inner for one in level for inner in _inside(one)]
    return found


def _inside(value: Any) -> Iterator[Any]:
    yield from (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    )


def _storable(value: Any) -> Any:
    """As the database takes JSON: no NUL and no half of a surrogate pair, which are left out, and
    no number beyond all bounds."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "ignore").decode()
    if isinstance(value, dict):
        return {_storable(str(name)): _storable(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_storable(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number in it is none")
    return value


def _kept(card: dict[str, Any]) -> dict[str, Any]:
    if depth(card) > DEEPEST:
        raise ValueError(f"nested deeper than {DEEPEST} levels")
    found: dict[str, Any] = _storable(card)
    return found


class Fact(BaseModel):
    """A piece of knowledge."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Annotated[Line, Field(min_length=1, max_length=2_000)]
    topic: Annotated[Line, Field(max_length=80)] = ""
    sensitivity: Sensitivity = Sensitivity.PUBLIC
    condition: Annotated[Line, AfterValidator(_possible), Field(max_length=LONGEST)] = ""
    is_active: bool = True

    @property
    def identity(self) -> tuple[str, str]:
        return self.topic.casefold(), self.text.casefold()


class Sheet(BaseModel):
    """A character. Fields that a file does not mention are left as they are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Annotated[Line, Field(max_length=120, pattern=r"^[^/]+/.+$")]
    name: Annotated[Line, Field(min_length=1, max_length=50)] | None = None
    map_name: Annotated[Line, Field(min_length=1, max_length=24)] | None = None
    x: Annotated[int, Field(ge=0, le=512)] | None = None
    y: Annotated[int, Field(ge=0, le=512)] | None = None
    sprite: Annotated[Line, Field(max_length=40)] | None = None
    role: Annotated[Line, Field(min_length=1, max_length=40)] | None = None
    background: Annotated[Paragraphs, Field(max_length=12_000)] | None = None
    speech_style: Annotated[Line, Field(max_length=200)] | None = None
    openness: Share | None = None
    conscientiousness: Share | None = None
    extraversion: Share | None = None
    agreeableness: Share | None = None
    neuroticism: Share | None = None
    alignment: Alignment | None = None
    mood: Emotion | None = None
    group: Annotated[Line, Field(max_length=60)] | None = None
    faction: Annotated[Line, Field(max_length=60)] | None = None
    ai_mode: Literal["budget", "normal", "full"] | None = None
    knowledge: Annotated[tuple[Fact, ...], Field(max_length=MAX_FACTS)] | None = None
    card: Annotated[dict[str, Any], AfterValidator(_kept)] | None = None
    """What a card holds beside this, kept so that it survives the way out."""
    notes: tuple[str, ...] = ()
    """What was left out, and why; for the person who imports."""

    @property
    def persona(self) -> dict[str, Any]:
        """The fields that are mentioned."""
        values = {name: getattr(self, name) for name in PERSONA}
        return {name: value for name, value in values.items() if value is not None}


def sheet(values: Mapping[str, Any], *, where: str = "") -> Sheet:
    """Raises Invalid, naming the place and what is wrong with it."""
    try:
        return Sheet.model_validate(values)
    except ValidationError as error:
        raise Invalid(_first(error.errors()), field=where or "file") from None


def fact(values: Mapping[str, Any], *, where: str = "") -> Fact:
    try:
        return Fact.model_validate(values)
    except ValidationError as error:
        raise Invalid(_first(error.errors()), field=where or "file") from None


def _first(errors: Sequence[ErrorDetails]) -> str:
    error = errors[0]
    path = ".".join(str(part) for part in error["loc"])
    more = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
    return f"{path}: {error['msg'].lower()}{more}" if path else f"{error['msg']}{more}"
