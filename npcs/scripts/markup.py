"""The marks the game client reads inside dialogue text, turned into plain text."""

from __future__ import annotations

import re

UNKNOWN = "…"

COLOUR = re.compile(r"\^[0-9A-Fa-f]{6}")
ITEM_ID = re.compile(r"\^nItemID\^(\d+)")
ICON = re.compile(r"\^i\[[^\]]{0,20}\]")
LINKED = re.compile(
    r"<(NAVI|ITEM|ITEMLINK|ITEML|URL|QUEST|TIPBOX)>(.{0,200}?)(?:<INFO>.{0,200}?</INFO>)?</\1>",
    re.I,
)
MESSAGE = re.compile(r"<MSG>.{0,20}?</MSG>", re.IGNORECASE)
LEFT_OVER = re.compile(r"</?(?:NAVI|ITEM|ITEMLINK|ITEML|URL|QUEST|TIPBOX|INFO|MSG)>", re.IGNORECASE)
UNKNOWNS = re.compile(rf"{UNKNOWN}(?:\s*{UNKNOWN})+")
BLANKS = re.compile(r"\s+")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
ESCAPE = re.compile(r"\\(.)")
ESCAPED = {"n": "\n", "r": " ", "t": " ", "a": "", "b": "", "v": "", "f": ""}


def plain(text: str) -> str:
    """Without colours, links and control characters; one space between words."""
    if "^" in text:
        text = ITEM_ID.sub(r"{item:\1}", ICON.sub("", COLOUR.sub("", text)))
    if "<" in text:
        text = LEFT_OVER.sub("", MESSAGE.sub(UNKNOWN, LINKED.sub(r"\2", text)))
    text = CONTROL.sub("", BLANKS.sub(" ", text))
    if UNKNOWN in text:
        text = UNKNOWNS.sub(UNKNOWN, text)
    return text.strip()


def unescape(literal: str) -> str:
    """What the inside of a quoted string stands for."""
    if "\\" not in literal:
        return literal
    return ESCAPE.sub(lambda match: ESCAPED.get(match[1], match[1]), literal)
