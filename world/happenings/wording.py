"""Words of others, a language model's among them, before they become a title or a tale: what the
client cannot show, what sounds like a grant, and what word lists forbid, is refused. Strings are
compared; nobody's opinion is asked."""

from __future__ import annotations

import re
from typing import cast

from aiworld.errors import Invalid
from npcs.brief import Language
from npcs.moderation.finding import found, grants
from npcs.pages import encodable
from npcs.prompting import LANGUAGE_NAMES
from npcs.safety import clean_reply, loses_words
from tenants.context import tenant

TITLE, TEXT = 80, 600
"""Characters."""
_PROMISE = re.compile(r"\d[\d., ]*\s*(?:zeny|z\b|k\b|m\b)|\bzeny\b", re.IGNORECASE)


def language() -> str:
    """What a language model is to write in."""
    return LANGUAGE_NAMES[cast(Language, tenant().language)]


def title(text: str) -> str:
    """Raises Invalid."""
    return checked(text, most=TITLE, field="title")


def tale(text: str) -> str:
    """Raises Invalid."""
    return checked(text, most=TEXT, field="text")


def checked(text: str, *, most: int, field: str) -> str:
    """As it may be told, on one line. Raises Invalid."""
    clean, server = clean_reply(text), tenant()
    if not clean or len(clean) > most:
        raise Invalid(f"{field} has no words, or more than {most} characters", field=field)
    if loses_words(text):
        raise Invalid(f"{field} holds what the client would act on", field=field)
    if _letters(encodable(clean, server.code_page)) != _letters(clean):
        raise Invalid(f"{field} has letters that {server.code_page} has not", field=field)
    if grants(clean) or _PROMISE.search(clean):
        raise Invalid(f"{field} promises something: rewards are not for words", field=field)
    if found(clean, server.language):
        raise Invalid(f"{field} holds a word of the lists", field=field)
    return clean


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())
