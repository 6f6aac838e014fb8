"""Menus: which options a player sees, and which option a condition stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from npcs.scripts.expressions import shown
from npcs.scripts.lexing import closing_parenthesis
from npcs.scripts.markup import UNKNOWN, plain

SELECT = re.compile(r"\b(?:select|prompt)\s*\(")
COMPARED = re.compile(r"\s*([=!]=|>|<)\s*(\d+)\s*\Z")
BARE_SELECT = re.compile(r"(?:select|prompt)\b\s*(.+)", re.DOTALL)
MAX_LABEL = 60


def select_options(code: str, known: Mapping[str, str]) -> tuple[str, ...] | None:
    """Options of the first select() or prompt() in `code`; None where there is none."""
    if "select" not in code and "prompt" not in code:
        return None
    match = SELECT.search(code)
    if match is not None:
        end = closing_parenthesis(code, match.end() - 1)
        return _split(shown(code[match.end() : end - 1], known))
    bare = BARE_SELECT.match(code.strip())
    return _split(shown(bare[1], known)) if bare else None


def _split(arguments: Sequence[str]) -> tuple[str, ...]:
    return tuple(plain(option) for argument in arguments for option in argument.split(":"))


def menu_labels(arguments: str, known: Mapping[str, str]) -> dict[str, str]:
    """`menu "Yes",L_Yes,"No",-` as label -> option; `-` goes on below the menu."""
    labels: dict[str, str] = {}
    texts = shown(arguments, known)
    names = _menu_targets(arguments)
    for text, name in zip(texts[::2], names[1::2], strict=False):
        labels.setdefault(name, option(text))
    return labels


ARGUMENT = re.compile(r'(?:[^,"()]++|"(?:[^"\\\n]++|\\[^\n])*+"|\([^()]*+\)|["()])*+')


def _menu_targets(arguments: str) -> list[str]:
    names: list[str] = []
    offset = 0
    while offset <= len(arguments):
        match = ARGUMENT.match(arguments, offset)
        if match is None:
            break
        names.append(match[0].strip())
        offset = match.end() + 1
    return names


def option(text: str) -> str:
    return f'option "{shorten(plain(text))}"'


def shorten(text: str) -> str:
    return text if len(text) <= MAX_LABEL else text[: MAX_LABEL - 1].rstrip() + UNKNOWN


def chosen(options: Sequence[str], case: str) -> str | None:
    """The option that `case 2:` stands for, if its text is known."""
    number = int(case) if case.isascii() and case.isdigit() and len(case) < 4 else 0
    if 1 <= number <= len(options) and options[number - 1].strip(UNKNOWN + " "):
        return option(options[number - 1])
    return None


def branch_of_condition(condition: str, options: Sequence[str] | None) -> tuple[str, str]:
    """Labels of the two ways of an `if`: ('if X', 'else') or the options of a select()."""
    compared = COMPARED.search(condition)
    if options and compared and compared[1] == "==":
        taken = chosen(options, compared[2])
        others = [other for other in range(1, len(options) + 1) if str(other) != compared[2]]
        other = chosen(options, str(others[0])) if len(others) == 1 else None
        if taken:
            return taken, other or "else"
    return "if " + shorten(plain(condition.strip())), "else"
