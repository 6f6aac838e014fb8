"""What an expression would show, as far as its literals tell. Nothing is evaluated."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from npcs.scripts.lexing import STRING, without_comments
from npcs.scripts.markup import UNKNOWN, unescape

PLAYER = "{player}"
NPC_NAME = "{npc}"
NPC_VISIBLE = "{npc name}"
MAX_DEPTH = 24
MAX_SOURCE = 8_000

ONE_STRING = re.compile(rf"\s*({STRING})\s*\Z")
TOKEN = re.compile(
    rf"({STRING})|([.@$'#]*[A-Za-z_][\w]*\$?)|(\d\w*)|(&&|\|\||[=!<>]=|<<|>>|[^\s\w])"
)
FORMAT = re.compile(r"%[-+ #0-9.*']*(?:[diouxXcs]|l{1,2}[du])")
NUMBER = re.compile(r"\d+\Z")


def shown(source: str, known: Mapping[str, str]) -> list[str]:
    """One text per argument of `source`, with placeholders for what is not literal.

    `known` gives the texts of variables that were set to literals."""
    single = ONE_STRING.match(source)
    if single is not None:
        return [unescape(single[1][1:-1])]
    if len(source) > MAX_SOURCE:
        return [UNKNOWN]
    return _Reader(without_comments(source), known).arguments()


class _Reader:
    """Recursive descent over the tokens: arguments, ternaries, sums, terms."""

    def __init__(self, source: str, known: Mapping[str, str]) -> None:
        self.tokens = [match[0] for match in TOKEN.finditer(source)]
        self.known = known
        self.at = 0
        self.depth = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def arguments(self, closing: str = "") -> list[str]:
        """Comma-separated texts up to `closing`, or all there is."""
        texts: list[str] = []
        while self.peek() not in ("", closing):
            texts.append(self.ternary())
            if self.peek() not in ("", closing):
                self.take()
        self.take()
        return texts

    def ternary(self) -> str:
        self.depth += 1
        text = self.sum() if self.depth < MAX_DEPTH else self.unreadable()
        if self.peek() == "?":
            self.take()
            first = self.ternary()
            if self.peek() == ":":
                self.take()
                text = _either(first, self.ternary())
            else:
                text = first
        self.depth -= 1
        return text

    def unreadable(self) -> str:
        self.at = len(self.tokens)
        return UNKNOWN

    def sum(self) -> str:
        """Terms joined by +; any other operator makes the whole thing a number nobody knows."""
        parts = [self.term()]
        textual = True
        while self.peek() not in ("", ",", ")", "]", "?", ":"):
            if self.peek() == "+":
                self.take()
            elif not (self.peek().startswith('"') or self.peek() == "("):
                textual = False
                self.take()
            if self.peek() in ("", ",", ")", "]", "?", ":"):
                break
            parts.append(self.term())
        if not textual or (len(parts) > 1 and all(map(_is_number, parts))):
            return UNKNOWN
        return "".join(parts)

    def term(self) -> str:
        token = self.take()
        if token.startswith('"'):
            return unescape(token[1:-1]) if len(token) > 1 else ""
        if token == "(":
            text = self.ternary()
            if self.peek() == ")":
                self.take()
            return text
        if NUMBER.match(token):
            return token
        if token[:1].isalpha() or token[:1] in "_.@$'#":
            return self.name(token)
        return UNKNOWN

    def name(self, token: str) -> str:
        if self.peek() == "(":
            self.take()
            self.depth += 1
            given = self.arguments(")") if self.depth < MAX_DEPTH else [self.unreadable()]
            self.depth -= 1
            return called(token, given)
        if self.peek() == "[":
            self.take()
            self.arguments("]")
            return UNKNOWN
        return self.known.get(token, UNKNOWN)


def _is_number(text: str) -> bool:
    return text == UNKNOWN or NUMBER.match(text) is not None


def _either(first: str, second: str) -> str:
    """Both ways of a ternary: sir/lady."""
    if not first.strip() or not second.strip() or first == second:
        return first if first.strip() else second
    return f"{first} / {second}" if " " in first + second else f"{first}/{second}"


def called(function: str, given: list[str]) -> str:
    """What a function of the script language shows."""
    show = FUNCTIONS.get(function.lower())
    return show(given) if show else UNKNOWN


def _sprintf(given: list[str]) -> str:
    if not given:
        return UNKNOWN
    values = iter(given[1:])
    return FORMAT.sub(lambda match: next(values, UNKNOWN), given[0]).replace("%%", "%")


def _player(given: list[str]) -> str:
    return PLAYER if given[:1] == ["0"] else UNKNOWN


def _npc_info(given: list[str]) -> str:
    return {"0": NPC_NAME, "1": NPC_VISIBLE}.get(given[0] if given else "", UNKNOWN)


def _reference(kind: str, position: int = 0) -> Callable[[list[str]], str]:
    def show(given: list[str]) -> str:
        wanted = given[position] if len(given) > position else UNKNOWN
        return f"{{{kind}:{wanted}}}" if NUMBER.match(wanted) else UNKNOWN

    return show


def _first(given: list[str]) -> str:
    return given[0] if given else UNKNOWN


FUNCTIONS: dict[str, Callable[[list[str]], str]] = {
    "sprintf": _sprintf,
    "strcharinfo": _player,
    "strnpcinfo": _npc_info,
    "getitemname": _reference("item"),
    "mesitemlink": _reference("item"),
    "mesitemicon": lambda given: "",
    "getmonsterinfo": _reference("monster"),
    "strmobinfo": _reference("monster", 1),
    "jobname": _reference("job"),
    "getmapxy": lambda given: UNKNOWN,
    "instance_npcname": _first,
    "instance_mapname": _first,
    "strtoupper": _first,
    "strtolower": _first,
    "meshyperlink": _first,
}
