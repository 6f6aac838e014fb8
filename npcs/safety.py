"""Text at the border with the game client: what a player typed, what a character says. The
client acts on ^RRGGBB, on tags in angle brackets and on bytes in its own code page."""

from __future__ import annotations

import codecs
import logging
import re
import unicodedata
from collections.abc import Callable

from aiworld.errors import Invalid

log = logging.getLogger(__name__)

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_OWN_LINE = str.maketrans(
    {"\t": " ", "\n": " ", "\r": " ", "\u2028": " ", "\u2029": " ", "\u00a0": " "}
)
_COLOUR = re.compile(r"\^(?:i\[\w*\]?|nItemID(?:\^\d+)?|[0-9A-Fa-f]{6})")
_TAG = r"ITEML|ITEMLINK|ITEM|NAVI|INFO|URL|QUEST|MSG|TIPBOX"
_HIDDEN = re.compile(r"<(ITEML|INFO|MSG)\b[^<>]*>[^<>]*(?:</\1\s*>|$)", re.IGNORECASE)
_LEFT = re.compile(rf"</?(?:{_TAG})\b[^<>]*(?:>|$)", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_DOUBLE, _SINGLE = "\u201c\u201d\u201e\u00ab\u00bb", "\u2018\u2019\u201a\u201b\u2039\u203a"
_TYPOGRAPHY = str.maketrans(
    dict.fromkeys(_DOUBLE, '"')
    | dict.fromkeys(_SINGLE, "'")
    | dict.fromkeys("\u2013\u2014\u2212", "-")
    | dict.fromkeys("\uff3e\uff1c\uff1e\uff0a^", "")
    | {"\u2026": "..."}
    | dict(zip("\uff08\uff09\uff3b\uff3d\uff5b\uff5d\u3014\u3015", "()[]{}[]", strict=True))
)
_ANGLED = re.compile(r"</?[A-Za-z][^<>]*>")
_PRICE = r"\d[\d.,]*(?: ?(?:zeny|z))?\)"
_NARRATION = re.compile(
    rf"\*[^*]*\*|\((?!{_PRICE})[^()]*\)|\[[^\[\]]*\]|\{{[^{{}}]*\}}|\u3010[^\u3011]*\u3011"
)
_LONELY = re.compile(rf"[*\[\]{{}}<>\u3010\u3011]|\((?!{_PRICE})|(?<![\dzy])\)")
_CAPITALISED = r"[A-Z\u00c0-\u00de][\w'.-]*"
_LABEL = re.compile(
    rf"^(?:{_CAPITALISED}(?: {_CAPITALISED}){{0,2}}|npc|ai|bot|assistant)\s?: (?=\S)"
)
_RAW_FACTOR = 16


def clean_input(text: str, *, max_length: int, field: str = "text") -> str:
    """What the player said, without what the client would act on; `max_length` in characters."""
    if len(text) > _RAW_FACTOR * max_length:
        raise Invalid(f"The {field} is too long: at most {max_length} characters.", field=field)
    cleaned = _settled(_clean_input_once, text)
    if not cleaned:
        raise Invalid(f"The {field} is empty.", field=field)
    if len(cleaned) > max_length:
        raise Invalid(
            f"The {field} is too long: {len(cleaned)} characters, at most {max_length}.",
            field=field,
        )
    return cleaned


def decode_raw(data: bytes, code_page: str, *, field: str = "text") -> str:
    """Bytes of a game client as text; `code_page` as Python names it (cp1252, cp874, cp949 ...).
    The game cuts at bytes, so half a character at an end is dropped. Bytes that are no text in the
    code page are read as UTF-8 if they are that, else left out; a log line tells the operator."""
    try:
        return codecs.decode(data, code_page)
    except LookupError:
        raise Invalid(f"Unknown code page {code_page!r}.", field="code_page") from None
    except UnicodeDecodeError as error:
        whole = data[: error.start]
        if error.end == len(data) and not _decoded(data, "utf-8"):
            return codecs.decode(whole, code_page)
    log.warning(
        "%s is not valid %s; is the server's code page that of its client?", field, code_page
    )
    return _decoded(data, "utf-8") or codecs.decode(data, code_page, "ignore")


def _decoded(data: bytes, code_page: str) -> str:
    """'' if it is no text in the code page, but for a character cut off at the end of others that
    tell of it."""
    try:
        return codecs.decode(data, code_page)
    except UnicodeDecodeError as error:
        whole = codecs.decode(data[: error.start], code_page)
        return whole if error.end == len(data) and not whole.isascii() else ""


def clean_reply(text: str) -> str:
    """What may leave for the game client: one line, no markup, no stage directions, no
    speaker's label. Cleaning twice changes nothing."""
    return _settled(_clean_reply_once, text)


def loses_words(text: str) -> bool:
    """Whether `clean_reply` takes away more than marks: markup, a stage direction, a label."""
    return _letters(clean_reply(text)) != _letters(visible(text))


def visible(text: str) -> str:
    """NFC, one line, without characters that cannot be seen (control, zero-width, bidi)."""
    composed = unicodedata.normalize("NFC", text.translate(_OWN_LINE))
    if not composed.isascii() or not composed.isprintable():
        composed = "".join(c for c in composed if unicodedata.category(c) not in _UNSEEN)
    return _SPACES.sub(" ", composed).strip()


def _clean_input_once(text: str) -> str:
    return visible(_LEFT.sub("", _HIDDEN.sub("", _COLOUR.sub("", visible(text)))))


def _clean_reply_once(text: str) -> str:
    bare = _ANGLED.sub("", _HIDDEN.sub("", _COLOUR.sub("", visible(text))))
    spoken = _LONELY.sub("", _settled(_without_narration, bare.translate(_TYPOGRAPHY)))
    spoken = re.sub(r"\s+([,.!?;])", r"\1", _SPACES.sub(" ", spoken)).strip()
    return visible(_LABEL.sub("", spoken))


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def _without_narration(text: str) -> str:
    return _NARRATION.sub("", text)


def _settled(clean: Callable[[str], str], text: str) -> str:
    """Removing may join what was apart into new markup, so clean until nothing changes; each pass
    only ever shortens or keeps, but for the ellipsis, which is replaced once."""
    while (cleaned := clean(text)) != text:
        text = cleaned
    return text
