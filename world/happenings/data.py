"""What `data` of a world event is made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[int, Field(ge=1, le=2**31 - 1)]
Cell = Annotated[int, Field(ge=0, le=100_000)]
Key = Annotated[str, Field(min_length=1, max_length=120)]
MapName = Annotated[str, Field(min_length=1, max_length=24)]


class Data(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
