"""NPC scripts written out of characters: stubs that talk by AI, with the NPC's own lines for when
there is none. Everything here is text of people and models; none of it may leave its place.

What ends a string is a matter of bytes. rAthena takes a backslash after a byte above 0x7e for half
a letter (src/map/script.cpp, parse_simpleexpr; src/map/npc.cpp, npc_skip_script)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from aiworld.errors import Invalid
from npcs.pages import in_letters_of
from npcs.safety import clean_input
from npcs.scripts.lines import NARRATION, SENTENCE_END
from npcs.scripts.naming import MAX_NAME, Name, parse_name
from npcs.scripts.speech import SPEAKER

Hook = Literal["client", "tier0"]
HOOKS: dict[Hook, str] = {
    "client": "\tif (ai_talk() >= 0)\n\t\tclose;",
    "tier0": '\tcallfunc "AI_Talk";',
}
SHOWN_BYTES = 23
"""Of a name, in the packets of units."""
LINE_BYTES = 180
HARD_BYTES = 250
OPTIONS = 12
"""Of a menu; the rest is on the next."""
SPRITE = re.compile(r"\w{1,40}|-?\d{1,6}", re.ASCII)
MAP = re.compile(r"[^\s,/\\]{1,15}")
NO_SPRITE = "4_M_01"
LABEL = 'mes "[" + strnpcinfo(1) + "]";'
TOPIC_BYTES = 120


class Unwritable(Exception):
    """Why there is no stub, in words for the owner."""


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """One thing an NPC says without AI. `topic`: the menu choice that leads to it."""

    text: str
    topic: str = ""


@dataclass(frozen=True, kw_only=True)
class Stub:
    key: str
    name: str
    x: int
    y: int
    sprite: str
    lines: Sequence[Spoken]


def write(stub: Stub, *, hook: Hook, code_page: str) -> bytes:
    """One NPC, in the bytes of the server's clients. Raises Unwritable."""
    writer = _Writer(code_page)
    header = writer.header(stub)
    body = b"\n".join(writer.body(stub.lines))
    return header + b",{\n" + HOOKS[hook].encode() + b"\n" + body + b"\n}\n"


def literal(text: str, code_page: str) -> bytes:
    """A string of rAthena's script language. Text has no line ends and is of the code page."""
    written = b'"'
    for character in text:
        if character in '"\\':
            if written[-1] > 0x7E:
                written += b'" + "'
            written += b"\\"
        written += character.encode(code_page)
    return written + b'"'


class _Writer:
    def __init__(self, code_page: str) -> None:
        self.code_page = code_page

    def header(self, stub: Stub) -> bytes:
        place, _, unique = stub.key.partition("/")
        if not MAP.fullmatch(place) or not place.isascii():
            raise Unwritable(f"{place!r} is no name of a map")
        if not (0 <= stub.x <= 0x7FFF and 0 <= stub.y <= 0x7FFF):
            raise Unwritable("it stands on no cell")
        sprite = stub.sprite if SPRITE.fullmatch(stub.sprite) else NO_SPRITE
        name = self.name(stub.name, unique)
        return f"{place},{stub.x},{stub.y},4\tscript\t".encode() + name + b"\t" + sprite.encode()

    def name(self, shown: str, unique: str) -> bytes:
        """The third field: players see at most 23 bytes of it, the key stays as it is."""
        if not self.fits(unique) or not unique.strip() or unique != unique.strip():
            raise Unwritable(f"the code page has no letters for its unique name {unique!r}")
        if "::" in unique or ",{" in unique or not unique.isprintable():
            raise Unwritable(f"{unique!r} is no unique name of a script")
        if len(unique.encode(self.code_page)) >= MAX_NAME:
            raise Unwritable(f"its unique name has more than {MAX_NAME - 1} bytes")
        visible = self.visible(shown)
        if not visible:
            raise Unwritable("the code page has no letters for its name")
        if parse_name(unique) == Name(visible, unique):
            return unique.encode(self.code_page)
        return f"{visible}::{unique}".encode(self.code_page)

    def visible(self, shown: str) -> str:
        name = in_letters_of(shown, self.code_page).partition("::")[0].partition("#")[0]
        name = "".join(c for c in name.replace(",{", "") if c.isprintable()).strip()
        while len(name.encode(self.code_page)) > SHOWN_BYTES:
            name = name[:-1]
        return name.strip()

    def fits(self, text: str) -> bool:
        return in_letters_of(text, self.code_page) == text

    def body(self, lines: Sequence[Spoken]) -> Iterator[bytes]:
        """First what has no topic, a page for each line, then menus of the topics."""
        spoken = [
            Spoken(text=text, topic=self.topic(one.topic))
            for one in lines
            if (text := self.cleaned(one.text))
        ]
        plain = [one.text for one in spoken if not one.topic]
        topics: dict[str, list[str]] = {}
        for one in spoken:
            if one.topic:
                topics.setdefault(one.topic, []).append(one.text)
        yield from self.pages(plain or ([] if topics else ["..."]), then_menu=bool(topics))
        yield from self.menus(list(topics.items()))
        yield b"\tclose;"

    def pages(
        self, texts: Sequence[str], *, tabs: int = 1, then_menu: bool = False
    ) -> Iterator[bytes]:
        indent = b"\t" * tabs
        if then_menu and not texts:
            yield indent + LABEL.encode()
        for at, text in enumerate(texts):
            if at:
                yield indent + b"next;"
            if _is_overhead(text):
                shown = text.replace("\n", " ")
                yield indent + b"npctalk " + literal(shown, self.code_page) + b";"
                continue
            yield indent + LABEL.encode()
            for row in self.rows(text):
                yield indent + b"mes " + literal(row, self.code_page) + b";"
        if then_menu and texts:
            yield indent + b"next;"

    def menus(self, topics: list[tuple[str, list[str]]]) -> Iterator[bytes]:
        for start in range(0, len(topics), OPTIONS):
            group = topics[start : start + OPTIONS]
            options = ":".join([*(topic for topic, _ in group), "..."])
            yield b"\tswitch (select(" + literal(options, self.code_page) + b")) {"
            for number, (_, texts) in enumerate(group, start=1):
                yield b"\tcase %d:" % number
                yield from self.pages(texts, tabs=2)
                yield b"\t\tclose;"
            yield b"\t}"

    def topic(self, topic: str) -> str:
        """An option: menus part them at colons."""
        shown = self.cleaned(topic.replace(":", " "), TOPIC_BYTES).replace("\n", " ")
        while len(shown.encode(self.code_page)) > TOPIC_BYTES:
            shown = shown[:-1]
        return shown.strip()

    def cleaned(self, text: str, most: int = 100_000) -> str:
        """Lines in letters of the code page, without what the client acts on."""
        lines = (self.line(line, most) for line in text.split("\n"))
        return "\n".join(line for line in lines if line)

    def line(self, text: str, most: int) -> str:
        try:
            shown = in_letters_of(clean_input(text[:most], max_length=most), self.code_page)
        except Invalid:
            return ""
        return shown.strip()

    def rows(self, text: str) -> Iterator[str]:
        """Cut where the import joins again: at spaces, but not behind the end of a sentence."""
        for line in text.split("\n"):
            yield from self.cut(line)

    def cut(self, line: str) -> Iterator[str]:
        row = ""
        for word in line.split(" "):
            if row and self.size(f"{row} {word}") > LINE_BYTES and not SENTENCE_END.search(row):
                yield row
                row = ""
            row = f"{row} {word}" if row else word
            while self.size(row) > HARD_BYTES:
                piece = row[: HARD_BYTES // 4]
                yield piece
                row = row[len(piece) :]
        if row:
            yield row

    def size(self, text: str) -> int:
        return len(text.encode(self.code_page))


def _is_overhead(text: str) -> bool:
    """In a window the import would take it for somebody else's words."""
    return bool(NARRATION.match(text) or any(SPEAKER.match(row) for row in text.split("\n")))
