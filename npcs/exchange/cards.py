"""Character cards, V2 and V3 (github.com/malfoyslastname/character-card-spec-v2 and
github.com/kwaroran/character-card-spec-v3).

A card is somebody else's text: its system prompt and instructions are kept for the way out and
never told to a model, nothing it links to is fetched, and its markup is cleaned away."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiworld.errors import Invalid
from npcs.exchange.sheets import (
    DEEPEST,
    MAX_FACTS,
    TRAITS,
    Fact,
    Sheet,
    depth,
    paragraphs,
    sheet,
)
from npcs.safety import visible

OURS = "ro_npc"
"""Our place under `extensions`."""
SPECS = {"chara_card_v2": "2.0", "chara_card_v3": "3.0"}
LONGEST = 400_000
"""Characters of a card's JSON."""
UNUSED = {
    "system_prompt": "its system prompt",
    "post_history_instructions": "its instructions for the model",
    "first_mes": "its first message",
    "alternate_greetings": "its other greetings",
    "mes_example": "its examples of talk",
    "assets": "its pictures and files",
}
"""Fields that are kept with the character and used for nothing."""
PLACE = ("map_name", "x", "y", "sprite", "role", "speech_style", "alignment", "mood", "group")
_MACRO = re.compile(r"\{\{\s*(char|user)\s*\}\}|<(BOT|USER)>", re.IGNORECASE)
_OTHER_MACRO = re.compile(r"\{\{[^{}]*\}\}")


def read(text: str, *, key: str = "") -> Sheet:
    """The character in a card's JSON. `key` is the NPC it is for, where the card does not say.

    Raises Invalid."""
    data = _data(text)
    ours = data.get("extensions", {}).get(OURS, {})
    if not isinstance(ours, dict):
        raise Invalid(f"extensions.{OURS} is not an object", field="card")
    name = visible(_text(data, "name"))
    values = {name_: ours[name_] for name_ in (*PLACE, *TRAITS, "ai_mode") if name_ in ours}
    values |= {"key": key or _own_key(ours), "name": name[:50], "card": _kept(data)}
    values |= {"background": _background(data, ours, name), "notes": tuple(_notes(data))}
    if (book := data.get("character_book")) is not None:
        values["knowledge"] = _facts(book, name)
    return sheet(values, where="card")


def _data(text: str) -> dict[str, Any]:
    if len(text) > LONGEST:
        raise Invalid(f"a card may have {LONGEST} characters, this has {len(text)}", field="card")
    try:
        card = json.loads(text)
    except (ValueError, RecursionError):
        raise Invalid("this is no JSON", field="card") from None
    if not isinstance(card, dict) or card.get("spec") not in SPECS:
        raise Invalid(f"this is no character card: `spec` is none of {[*SPECS]}", field="card")
    data = card.get("data")
    if not isinstance(data, dict) or not isinstance(data.get("extensions", {}), dict):
        raise Invalid("the card has no `data`, or its extensions are no object", field="card")
    if depth(card) > DEEPEST:
        raise Invalid(f"the card is nested deeper than {DEEPEST} levels", field="card")
    return data


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name) or ""
    if not isinstance(value, str):
        raise Invalid(f"{name} is not a text", field="card")
    return value


def _own_key(ours: Mapping[str, Any]) -> str:
    if key := ours.get("key"):
        return str(key)
    raise Invalid("the card does not say which NPC it is for; choose one", field="key")


def _background(data: Mapping[str, Any], ours: Mapping[str, Any], name: str) -> str:
    """Description, personality and scenario; our own wording where the card came from us."""
    if isinstance(ours.get("background"), str):
        return str(ours["background"])
    parts = [_text(data, part) for part in ("description", "personality", "scenario")]
    return paragraphs("\n\n".join(told(part, name) for part in parts if part.strip()))


def told(text: str, name: str) -> str:
    """With the card's placeholders filled in."""

    def meant(match: re.Match[str]) -> str:
        return name if (match[1] or match[2]).lower() in ("char", "bot") else "the traveller"

    return _OTHER_MACRO.sub("", _MACRO.sub(meant, text))


def _facts(book: Any, name: str) -> list[dict[str, Any]]:
    entries = book.get("entries") if isinstance(book, dict) else None
    if not isinstance(entries, list) or len(entries) > MAX_FACTS:
        raise Invalid(f"character_book.entries is no list of up to {MAX_FACTS}", field="card")
    return [_fact(entry, at, name) for at, entry in enumerate(entries)]


def _fact(entry: Any, at: int, name: str) -> dict[str, Any]:
    if not isinstance(entry, dict) or not isinstance(entry.get("content"), str):
        raise Invalid(f"character_book.entries[{at}] has no content", field="card")
    theirs = entry.get("extensions")
    ours = theirs.get(OURS) if isinstance(theirs, dict) else None
    keys = entry.get("keys") if isinstance(entry.get("keys"), list) else []
    topic = entry.get("name") or (keys[0] if keys else "")
    return {
        "topic": visible(str(topic))[:80],
        "text": _said(entry["content"], ours, name).replace("\n", " "),
        "sensitivity": ours.get("sensitivity", 0) if isinstance(ours, dict) else 0,
        "condition": ours.get("condition", "") if isinstance(ours, dict) else "",
        "is_active": entry.get("enabled") is not False,
    }


def _said(content: str, ours: Any, name: str) -> str:
    """Braces in a text that was ours on the way out are text, not placeholders."""
    is_ours = isinstance(ours, dict) and ours.get("text") == content
    return content if is_ours else told(content, name)


def _kept(data: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that our own columns do not hold."""
    held = ("name", "description", "personality", "scenario", "character_book")
    kept = {name: value for name, value in data.items() if name not in held}
    theirs = {name: one for name, one in data.get("extensions", {}).items() if name != OURS}
    return kept | {"extensions": theirs} | {"told": {n: data[n] for n in held[1:4] if n in data}}


def _notes(data: Mapping[str, Any]) -> list[str]:
    unused = [meaning for name, meaning in UNUSED.items() if data.get(name)]
    return [f"kept with the character, but used for nothing: {', '.join(unused)}"] if unused else []


def write(one: Sheet, *, version: int = 3, now: datetime) -> str:
    """The card's JSON, V2 or V3. What an imported card held beside is in it again."""
    kept = dict(one.card or {})
    told_before = kept.pop("told", {})
    data = _fresh(one, told_before) | {k: v for k, v in kept.items() if k != "extensions"}
    data["extensions"] = kept.get("extensions", {}) | {OURS: _ours(one)}
    data["character_book"] = _book(one)
    if version == 3:
        data |= {"group_only_greetings": data.get("group_only_greetings", [])}
        data |= {"modification_date": int(now.timestamp())}
    spec = f"chara_card_v{version}"
    card = {"spec": spec, "spec_version": SPECS[spec], "data": data}
    return json.dumps(card, ensure_ascii=False, indent=2)


def _fresh(one: Sheet, told_before: Mapping[str, str]) -> dict[str, Any]:
    """The fields every card must have."""
    texts = {"description": one.background or "", "personality": "", "scenario": ""}
    return {
        "name": one.name or "",
        **(texts | dict(told_before)),
        "first_mes": "",
        "mes_example": "",
        "creator_notes": "",
        "system_prompt": "",
        "post_history_instructions": "",
        "alternate_greetings": [],
        "tags": [],
        "creator": "",
        "character_version": "",
    }


def _ours(one: Sheet) -> dict[str, Any]:
    values = one.model_dump(mode="json", exclude={"name", "knowledge", "card", "notes"})
    return {name: value for name, value in values.items() if value is not None}


def _book(one: Sheet) -> dict[str, Any]:
    return {
        "extensions": {},
        "entries": [_entry(fact, at) for at, fact in enumerate(one.knowledge or ())],
    }


def _own(fact: Fact) -> dict[str, Any]:
    known: dict[str, Any] = {"sensitivity": int(fact.sensitivity)}
    known |= {"text": fact.text} if told(fact.text, "") != fact.text else {}
    return known | ({"condition": fact.condition} if fact.condition else {})


def _entry(fact: Fact, at: int) -> dict[str, Any]:
    return {
        "keys": [fact.topic] if fact.topic else [],
        "content": fact.text,
        "name": fact.topic,
        "extensions": {OURS: _own(fact)},
        "enabled": fact.is_active,
        "insertion_order": at,
        "use_regex": False,
    }
