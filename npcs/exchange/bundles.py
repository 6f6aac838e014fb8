"""Many characters in one YAML file, and packs of knowledge for many characters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import yaml

from aiworld.errors import Invalid
from npcs.exchange.sheets import MAX_FACTS, MAX_NPCS, Fact, Sheet, fact, sheet
from npcs.safety import visible

FORMAT = "aiworld-npcs/1"
PACK = "aiworld-knowledge/1"


class _Loader(yaml.SafeLoader):
    """Without aliases: a few lines of them can mean gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise Invalid("anchors and aliases (& and *) are not accepted", field="file")
        return super().compose_node(parent, index)


def load(text: str) -> dict[str, Any]:
    """A YAML mapping with its `format`. Raises Invalid."""
    try:
        value = yaml.load(text, Loader=_Loader)  # nosec B506 - a SafeLoader
    except yaml.YAMLError as error:
        at = getattr(error, "problem_mark", None)
        line = f" in line {at.line + 1}" if at else ""
        raise Invalid(f"this is no YAML{line}", field="file") from None
    except RecursionError:
        raise Invalid("the file is nested too deeply", field="file") from None
    if not isinstance(value, dict) or value.get("format") not in (FORMAT, PACK):
        raise Invalid(f"the first line has to be `format: {FORMAT}` or `{PACK}`", field="file")
    return value


def characters(value: dict[str, Any]) -> list[Sheet]:
    rows = value.get("npcs")
    if not isinstance(rows, list) or not rows:
        raise Invalid("`npcs` is no list of characters", field="file")
    if len(rows) > MAX_NPCS:
        raise Invalid(f"a bundle may have {MAX_NPCS} NPCs, this has {len(rows)}", field="file")
    found = [_sheet(row, at) for at, row in enumerate(rows)]
    twice = [key for key, number in Counter(one.key for one in found).items() if number > 1]
    if twice:
        raise Invalid(f"more than once in the file: {twice[0]}", field="file")
    return found


def _sheet(row: Any, at: int) -> Sheet:
    if not isinstance(row, dict):
        raise Invalid(f"npcs[{at}] is no mapping", field="file")
    return sheet(row, where=f"npcs[{at}] {visible(str(row.get('key', '')))[:60]}".strip())


def pack(value: dict[str, Any]) -> tuple[str, str, list[Fact]]:
    """Name, attribution and facts of a knowledge pack."""
    name = visible(str(value.get("name") or ""))
    attribution = visible(str(value.get("attribution") or ""))
    if len(attribution) > 120:
        raise Invalid("an attribution has at most 120 characters", field="attribution")
    rows = value.get("facts")
    if not name or len(name) > 60:
        raise Invalid("a pack needs a `name` of up to 60 characters", field="name")
    if not isinstance(rows, list) or not 0 < len(rows) <= MAX_FACTS:
        raise Invalid(f"`facts` is no list of 1 to {MAX_FACTS}", field="file")
    for at, row in enumerate(rows):
        if not isinstance(row, dict):
            raise Invalid(f"facts[{at}] is no mapping", field="file")
    return name, attribution, [fact(row, where=f"facts[{at}]") for at, row in enumerate(rows)]


def write(sheets: Iterable[Sheet]) -> str:
    return _dump({"format": FORMAT, "npcs": [_row(one) for one in sheets]})


def write_pack(name: str, facts: Iterable[Fact], *, attribution: str = "") -> str:
    rows = [_fact_row(one.model_dump(mode="json")) for one in facts]
    named = {"name": name} | ({"attribution": attribution} if attribution else {})
    return _dump({"format": PACK, **named, "facts": rows})


def _row(one: Sheet) -> dict[str, Any]:
    values = one.model_dump(mode="json", exclude={"notes"})
    if one.knowledge is not None:
        values["knowledge"] = [_fact_row(known) for known in values["knowledge"]]
    return {name: value for name, value in values.items() if value is not None}


def _fact_row(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "condition" or value}


def _dump(value: dict[str, Any]) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=100)
