"""The few tokens that matter: strings, comments, brackets. All patterns are possessive, so a
malformed file costs one pass and no backtracking."""

from __future__ import annotations

import re
from bisect import bisect_left

STRING = r'"(?:[^"\\\n]++|\\[^\n])*+"'
LINE_COMMENT = r"//[^\n]*+"
BLOCK_COMMENT = r"/\*(?:[^*]++|\*(?!/))*+\*/"
# Inside a block that is already cut out, an open comment runs to the block's end.
OPEN_COMMENT = r"/\*(?:[^*]++|\*(?!/))*+(?:\*/|\Z)"

SPACE = re.compile(rf"(?:\s++|{LINE_COMMENT}|{BLOCK_COMMENT})*+")
TO_BRACE = re.compile(rf'(?:[^{{}}"/]++|{STRING}|{LINE_COMMENT}|{BLOCK_COMMENT}|/(?!\*))*+')

BODY_SPACE = re.compile(rf"(?:\s++|{LINE_COMMENT}|{OPEN_COMMENT})*+")
TO_STATEMENT_END = re.compile(rf'(?:[^;{{}}"/]++|{STRING}|{LINE_COMMENT}|{OPEN_COMMENT}|[/"])*+')
TO_PARENTHESIS = re.compile(rf'(?:[^(){{}}"/]++|{STRING}|{LINE_COMMENT}|{OPEN_COMMENT}|[/"])*+')
COMMENTS = re.compile(rf"({STRING})|{LINE_COMMENT}|{OPEN_COMMENT}")


class LineNumbers:
    """Line number of an offset, counted once per text."""

    def __init__(self, text: str) -> None:
        self._ends = [match.start() for match in re.finditer("\n", text)]

    def at(self, offset: int) -> int:
        return bisect_left(self._ends, offset) + 1


def without_comments(code: str) -> str:
    if "/" not in code:
        return code
    return COMMENTS.sub(lambda match: match[1] or " ", code)


def closing_parenthesis(text: str, start: int) -> int:
    """Offset after the `)` that closes the `(` at `start`; at a brace or the end, that offset."""
    depth = 0
    offset = start
    while True:
        offset = _skip(TO_PARENTHESIS, text, offset)
        character = text[offset : offset + 1]
        if character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
        else:
            return offset
        offset += 1
        if depth == 0:
            return offset


def _skip(pattern: re.Pattern[str], text: str, offset: int) -> int:
    match = pattern.match(text, offset)
    return match.end() if match else offset


def skip_space(text: str, offset: int) -> int:
    return _skip(SPACE, text, offset)


def skip_body_space(text: str, offset: int) -> int:
    return _skip(BODY_SPACE, text, offset)


def statement_end(text: str, offset: int) -> int:
    return _skip(TO_STATEMENT_END, text, offset)


def next_brace(text: str, offset: int) -> int:
    """The next `{`, `}`, unclosed `"` or unclosed comment, or the end of the text."""
    return _skip(TO_BRACE, text, offset)
