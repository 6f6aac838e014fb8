"""Characters that come with the product, to look at and to begin with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aiworld.errors import NotFound
from npcs.exchange import files
from npcs.exchange.applying import apply, share_pack
from npcs.exchange.sheets import Sheet
from npcs.models import KnowledgePack, NpcPersonality

FOLDER = Path(__file__).resolve().parent.parent / "samples" / "characters"


@dataclass(frozen=True, kw_only=True)
class Example:
    name: str
    """Of the file, without its ending."""
    title: str


EXAMPLES = (
    Example(name="lyra", title="Lyra the Explorer"),
    Example(name="thorne", title="Guard Thorne"),
    Example(name="gareth", title="Merchant Gareth"),
    Example(name="elia", title="Mentor Elia, a guide for newcomers"),
    Example(name="market-pack", title="Market talk (a knowledge pack)"),
)


def data(name: str) -> bytes:
    """The file of an example. Raises NotFound."""
    if name not in {each.name for each in EXAMPLES}:
        raise NotFound(f"there is no example {name!r}", field="example")
    return (FOLDER / f"{name}.yaml").read_bytes()


def add_missing() -> int:
    """Every example the present server lacks; returns how many came. What staff made of one that
    is there stays as it is."""
    return sum(_add(files.read(data(each.name))) for each in EXAMPLES)


def _add(found: list[Sheet] | files.Pack) -> int:
    if isinstance(found, files.Pack):
        if KnowledgePack.objects.filter(name=found.name).exists():
            return 0
        share_pack(found.name, found.facts, attribution=found.attribution, role="merchant")
        return 1
    known = NpcPersonality.objects.filter(key__in=[one.key for one in found])
    there = set(known.values_list("key", flat=True))
    new = [one for one in found if one.key not in there]
    apply(new, seen={})
    return len(new)
