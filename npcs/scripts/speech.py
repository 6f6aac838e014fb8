"""Walking through a script's code, statement by statement, to collect what it says and where."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from npcs.scripts import choices, lexing
from npcs.scripts.blocks import BlockStack
from npcs.scripts.expressions import NPC_VISIBLE, shown
from npcs.scripts.markup import UNKNOWN, plain, unescape
from npcs.scripts.records import LineKind
from npcs.scripts.said import Call, Said, Speech

PLAIN_MES = re.compile(r'mes\s*+"((?:[^"\\\n]++|\\[^\n])*+)"\s*+;', re.IGNORECASE)
WORD = re.compile(r"[.@$'#]*[A-Za-z_]\w*\$?")
LABEL = re.compile(r"([A-Za-z_]\w*)\s*+:(?!:)")
CASE = re.compile(r"case\b\s*+([^:\n{}]++):|default\s*+:", re.IGNORECASE)
SPEAKER = re.compile(r"\[\s*([^\[\]]{1,60}?)\s*\]\s*:?\Z")
ASSIGNED = re.compile(r"\s*=(?!=)(.*)", re.DOTALL)
SET = re.compile(r"\s*\(?\s*([.@$'#]*\w+\$?)\s*,(.*)", re.DOTALL)
EARLY = re.compile(
    rf"([.@$'#]{{0,3}}[A-Za-z_]\w{{0,60}}+\$)\s{{0,9}}+(?:=(?!=)|,)"
    rf'\s{{0,9}}+([^;\n{{}}"]{{0,80}}+{lexing.STRING}[^;\n{{}}]{{0,200}}+);'
)
CALL = re.compile(r"\b(?:callfunc\s*\(?\s*\"([^\"\n]+)\"|(F_\w+)\s*\()", re.IGNORECASE)
CHANGED = re.compile(
    r"\b(?:set|input)\b[ (]*+(\.@\w++)|(\.@\w++)\s*+(?:[-+*/%|&^]?=(?!=)|\+\+|--)", re.IGNORECASE
)
NUMBER = re.compile(r"\s*\d{1,9}\s*\Z")
TESTED = re.compile(r"\s*\(*\s*([.@$'#]*\w+)\s*(?:[=!]=|\)*\s*\Z)")
PAGE_ENDS = frozenset({"next", "close", "close2", "close3", "clear", "end", "return"})


def read_speech(body: str, first_line: int) -> Speech:
    walk = _Walk(body, first_line)
    walk.run()
    return walk.speech


class _Walk:
    def __init__(self, body: str, first_line: int) -> None:
        self.body = body
        self.offset = 0
        self.counted = (0, first_line)
        self.blocks = BlockStack()
        self.page = 0
        self.speaker = ""
        self.speech = Speech()
        self.known = {name: shown(value, {})[0] for name, value in reversed(EARLY.findall(body))}
        self.changes: Counter[str] | None = None
        self.menus: dict[str, tuple[str, ...]] = {}
        self.menu_labels: dict[str, str] = {}
        self.group: tuple[object, ...] = ()

    def run(self) -> None:
        body, end = self.body, len(self.body)
        while (start := lexing.skip_body_space(body, self.offset)) < end:
            self.offset = start
            if match := PLAIN_MES.match(body, start):
                self.offset = match.end()
                self.say(plain(unescape(match[1])))
                self.blocks.end_statement()
            else:
                self.step(body[start])

    def step(self, character: str) -> None:
        if character == "{":
            self.blocks.open(self.speaker)
            self.offset += 1
        elif character == "}":
            self.speaker = self.blocks.close() or self.speaker
            self.offset += 1
        elif character == ";":
            self.blocks.end_statement()
            self.offset += 1
        elif word := WORD.match(self.body, self.offset):
            self.statement(word[0])
        else:
            self.offset = max(self.offset + 1, lexing.statement_end(self.body, self.offset))

    def statement(self, word: str) -> None:
        lower = word.lower()
        structure = STRUCTURES.get(lower)
        if structure is not None and structure(self):
            return
        if label := LABEL.match(self.body, self.offset):
            self.label(label[1])
            self.offset = label.end()
            return
        start = self.offset + len(word)
        self.offset = lexing.statement_end(self.body, start)
        self.command(lower, self.body[start : self.offset])

    def label(self, name: str) -> None:
        self.blocks.section = self.menu_labels.get(name, f"label {name}")
        self.page += 1

    # Structures: each reads its head and says whether it was one.

    def if_(self) -> bool:
        condition = self.head(2)
        if condition is None:
            return False
        options = self.expression(condition)
        if options is None and (tested := TESTED.match(condition)):
            options = self.menus.get(tested[1])
        taken, otherwise = choices.branch_of_condition(condition, options)
        self.blocks.push(taken, self.speaker, otherwise=otherwise)
        return True

    def else_(self) -> bool:
        self.offset += 4
        self.speaker = self.blocks.push_else() or self.speaker
        return True

    def loop(self, length: int) -> bool:
        condition = self.head(length)
        if condition is None:
            return False
        self.expression(condition)
        self.blocks.push("", self.speaker)
        return True

    def do(self) -> bool:
        self.offset += 2
        self.blocks.push("", self.speaker)
        return True

    def switch(self) -> bool:
        condition = self.head(6)
        if condition is None:
            return False
        options = self.expression(condition)
        if options is None and (tested := TESTED.match(condition)):
            options = self.menus.get(tested[1])
        self.blocks.push("", self.speaker, options=options or ())
        return True

    def case(self) -> bool:
        match = CASE.match(self.body, self.offset)
        if match is None:
            return False
        self.offset = match.end()
        self.speaker = self.blocks.case(match[1]) or self.speaker
        self.page += 1
        return True

    def local_function(self) -> bool:
        start = lexing.skip_body_space(self.body, self.offset + 8)
        name = WORD.match(self.body, start)
        if name is None:
            return False
        self.offset = name.end()
        self.blocks.push(f"function {name[0]}", self.speaker)
        return True

    def head(self, length: int) -> str | None:
        """The text between the parentheses after a keyword; None where there are none."""
        start = lexing.skip_body_space(self.body, self.offset + length)
        if not self.body.startswith("(", start):
            return None
        self.offset = lexing.closing_parenthesis(self.body, start)
        return self.body[start + 1 : self.offset - 1]

    # Commands

    def command(self, word: str, rest: str) -> None:
        self.speech.words.add(word)
        speak = SPEAKING.get(word)
        if speak is not None:
            speak(self, rest)
        elif word in PAGE_ENDS:
            self.page += 1
            self.speaker = ""
        elif word == "menu":
            self.page += 1
            self.menu_labels.update(choices.menu_labels(rest, self.known))
            self.blocks.section = self.menu_labels.get("-", self.blocks.section)
        elif word in ("select", "prompt"):
            self.expression(word + rest)
        elif word == "set" and (match := SET.match(rest)):
            self.assign(match[1], match[2])
        elif match := ASSIGNED.match(rest):
            self.assign(word, match[1])
        else:
            self.other(word, rest)

    def other(self, word: str, rest: str) -> None:
        if word == "callshop":
            self.speech.shops.append(
                shown(rest.strip(" ()"), self.known)[0] if rest.strip() else ""
            )
        self.expression(f"{word} {rest}" if word == "callfunc" else word + rest)

    def assign(self, name: str, value: str) -> None:
        options = self.expression(value)
        if options is not None:
            self.menus[name] = options
        elif name.endswith("$"):
            texts = shown(value, self.known)
            self.known[name] = texts[0] if texts else UNKNOWN
        elif name.startswith(".@") and NUMBER.match(value) and self.is_constant(name):
            self.known[name] = value.strip()

    def is_constant(self, name: str) -> bool:
        """Nothing else in the script changes it, as far as can be seen."""
        if self.changes is None:
            found = CHANGED.findall(self.body)
            self.changes = Counter(commanded or written for commanded, written in found)
        return self.changes[name] == 1

    def expression(self, code: str) -> tuple[str, ...] | None:
        """Notes what is called in `code`; options of a select() in it, which ends the page."""
        for match in CALL.finditer(code):
            function = match[1] or match[2]
            self.speech.functions.add(function)
            self.speech.parts.append(Call(function, self.blocks.path(), self.page))
            self.group = ()
        options = choices.select_options(code, self.known)
        if options is not None:
            self.page += 1
            self.speech.words.add("select")
            self.menus["@menu"] = options
        return options

    def mes(self, rest: str) -> None:
        for text in shown(_bare(rest), self.known):
            self.say(plain(text))

    def npctalk(self, rest: str) -> None:
        texts = shown(_bare(rest), self.known)
        name = texts[1].partition("#")[0].strip() if len(texts) > 1 else ""
        self.overhead(texts[0] if texts else "", "" if UNKNOWN in name else name)

    def unittalk(self, rest: str) -> None:
        texts = shown(_bare(rest), self.known)
        if len(texts) > 1:
            self.overhead(texts[1], "{player}" if "getcharid" in rest else "")

    def overhead(self, text: str, speaker: str) -> None:
        if text := plain(text):
            self.add(text, speaker, "overhead")
            self.group = ()

    def say(self, text: str) -> None:
        if match := SPEAKER.match(text):
            self.speaker = match[1]
        elif text == UNKNOWN:
            # A row that is one variable is a label that many characters share.
            self.speaker = self.speaker or NPC_VISIBLE
        elif text:
            self.add(text, self.speaker, "window")

    def add(self, text: str, speaker: str, kind: LineKind) -> None:
        branch = self.blocks.path()
        group = (self.page, speaker, branch, kind)
        parts = self.speech.parts
        if group == self.group and isinstance(last := parts[-1], Said):
            last.fragments.append(text)
            return
        self.group = group
        parts.append(Said(speaker, [text], branch, self.page, kind, self.line()))

    def line(self) -> int:
        offset, line = self.counted
        line += self.body.count("\n", offset, self.offset)
        self.counted = (self.offset, line)
        return line


def _bare(rest: str) -> str:
    """`("text")` without its parentheses."""
    rest = rest.strip()
    if rest.startswith("(") and lexing.closing_parenthesis(rest, 0) == len(rest):
        return rest[1:].removesuffix(")")
    return rest


STRUCTURES: dict[str, Callable[[_Walk], bool]] = {
    "if": _Walk.if_,
    "else": _Walk.else_,
    "while": lambda walk: walk.loop(5),
    "for": lambda walk: walk.loop(3),
    "do": _Walk.do,
    "switch": _Walk.switch,
    "case": _Walk.case,
    "default": _Walk.case,
    "function": _Walk.local_function,
}
SPEAKING: dict[str, Callable[[_Walk, str], None]] = {
    "mes": _Walk.mes,
    "npctalk": _Walk.npctalk,
    "unittalk": _Walk.unittalk,
}
