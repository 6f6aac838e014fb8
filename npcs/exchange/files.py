"""What an uploaded file is, told by its content and not by its name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from aiworld.errors import Invalid
from npcs.exchange import bundles, cards, pictures, tables
from npcs.exchange.sheets import Fact, Sheet

MAX_BYTES = 8 * 1024 * 1024
Format = Literal["card_v2", "card_v3", "card_png", "bundle", "table", "knowledge_table"]
MEDIA: dict[Format, tuple[str, str]] = {
    "card_v2": ("application/json", "json"),
    "card_v3": ("application/json", "json"),
    "card_png": ("image/png", "png"),
    "bundle": ("application/yaml", "yaml"),
    "table": ("text/csv; charset=utf-8", "csv"),
    "knowledge_table": ("text/csv; charset=utf-8", "csv"),
}
"""Content type and ending of what can be written."""


@dataclass(frozen=True)
class Pack:
    """Knowledge for many NPCs."""

    name: str
    facts: tuple[Fact, ...]
    attribution: str = ""


def read(data: bytes, *, key: str = "") -> list[Sheet] | Pack:
    """The characters, or the knowledge pack, in a file. `key` names the NPC a card is for, where
    the card itself does not. Raises Invalid."""
    if len(data) > MAX_BYTES:
        raise Invalid(f"a file may have {MAX_BYTES // 1024 // 1024} MB", field="file")
    if pictures.is_png(data):
        return [cards.read(pictures.from_png(data), key=key)]
    if pictures.is_archive(data):
        return [cards.read(pictures.from_archive(data), key=key)]
    return _text(_decoded(data), key)


def _decoded(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("this is no PNG, no archive and no UTF-8 text", field="file") from None
    if "\0" in text:
        raise Invalid("this is no text", field="file")
    return text


def _text(text: str, key: str) -> list[Sheet] | Pack:
    start = text.lstrip()[:200]
    if start.startswith("{"):
        return [cards.read(text, key=key)]
    if start.startswith("format:"):
        value = bundles.load(text)
        if value["format"] == bundles.PACK:
            name, attribution, facts = bundles.pack(value)
            return Pack(name, tuple(facts), attribution)
        return bundles.characters(value)
    if "," in start.partition("\n")[0]:
        return tables.read(text)
    raise Invalid(
        "this is no character card, no bundle, no knowledge pack and no table", field="file"
    )


def write(sheets: list[Sheet], form: Format, *, now: datetime) -> bytes:
    """A file of these characters. Cards hold one. Raises Invalid."""
    if form.startswith("card") and len(sheets) != 1:
        raise Invalid("a card holds one character; choose a bundle", field="format")
    if form == "bundle":
        return bundles.write(sheets).encode()
    if form == "table":
        return tables.write(sheets).encode("utf-8-sig")
    if form == "knowledge_table":
        return tables.write_knowledge(sheets).encode("utf-8-sig")
    v2, v3 = (cards.write(sheets[0], version=version, now=now) for version in (2, 3))
    if form == "card_png":
        return pictures.to_png(sheets[0].name or "", v2=v2, v3=v3)
    return (v2 if form == "card_v2" else v3).encode()
