"""Cutting a file's text into definitions: a header, and for scripts the code between its braces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from npcs.scripts import lexing
from npcs.scripts.headers import (
    HEADER_LIKE,
    HEADER_LIKE_LINE,
    Header,
    Kind,
    NotUnderstood,
    parse_header,
)
from npcs.scripts.reading import FileText
from npcs.scripts.records import Issue

MAX_ISSUES = 50


@dataclass(frozen=True, slots=True)
class Definition:
    header: Header
    path: str
    line: int
    body: str = ""
    body_line: int = 0


@dataclass(slots=True)
class FileDefinitions:
    definitions: list[Definition] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    not_understood: int = 0


def split_file(file: FileText) -> FileDefinitions:
    splitter = _Splitter(file)
    splitter.found.definitions.extend(splitter.definitions())
    return splitter.found


class _Splitter:
    def __init__(self, file: FileText) -> None:
        self.file = file
        self.text = file.text
        self.lines = lexing.LineNumbers(file.text)
        self.found = FileDefinitions(issues=list(file.issues))

    def definitions(self) -> Iterator[Definition]:
        offset = lexing.skip_space(self.text, 0)
        while offset < len(self.text):
            if self.text.startswith("/*", offset):
                self.issue(offset, "comment is never closed; the rest of the file is lost in it")
                return
            definition, offset = self.definition_at(offset)
            if definition is not None:
                yield definition
            offset = lexing.skip_space(self.text, offset)

    def definition_at(self, start: int) -> tuple[Definition | None, int]:
        """The definition that begins at `start`, if it is one, and where to go on."""
        end = self.line_end(start)
        try:
            header = parse_header(self.text[start:end])
        except NotUnderstood as reason:
            return None, self.skip_unknown(start, end, str(reason))
        line = self.lines.at(start)
        if header.kind not in (Kind.SCRIPT, Kind.FUNCTION):
            return Definition(header, self.file.path, line), end
        brace = self.opening_brace(header, start, end)
        if brace is None:
            return None, self.skip_unknown(start, end, _no_brace(header))
        body_end, go_on = self.body_end(brace, header)
        body = self.text[brace + 1 : body_end]
        return Definition(header, self.file.path, line, body, self.lines.at(brace)), go_on

    def opening_brace(self, header: Header, start: int, end: int) -> int | None:
        mark = "{" if header.kind is Kind.FUNCTION else ",{"
        inside = header.rest.find(mark)
        if inside >= 0:
            return end - len(header.rest) + inside + len(mark) - 1
        below = lexing.skip_space(self.text, end)
        if self.text.startswith("{", below):
            self.issue(
                start, "'{' is not on the header's line: rAthena refuses this file here", warn=True
            )
            return below
        return None

    def body_end(self, brace: int, header: Header) -> tuple[int, int]:
        """Where the block's code ends, and where reading goes on after it."""
        depth = 1
        offset = brace + 1
        string_reported = False
        while True:
            offset = lexing.next_brace(self.text, offset)
            mark = self.text[offset : offset + 1]
            if mark == "{":
                depth += 1
            elif mark == "}":
                depth -= 1
            elif mark == '"':
                if not string_reported:
                    self.issue(offset, f"string is not closed on its line (in {header.name!r})")
                string_reported = True
            else:
                return self.cut_body(brace, offset, header)
            offset += 1
            if depth == 0:
                return offset - 1, offset

    def cut_body(self, brace: int, end: int, header: Header) -> tuple[int, int]:
        """A block that never ends: it is cut before the next line that looks like a header."""
        what = "comment" if self.text.startswith("/*", end) else "block"
        self.issue(brace, f"{what} of {header.name!r} is never closed")
        following = HEADER_LIKE_LINE.search(self.text, self.line_end(brace), end)
        if following is None:
            return end, len(self.text)
        return following.start(), following.start()

    def skip_unknown(self, start: int, end: int, reason: str) -> int:
        """Past the line and all that follows it up to the next line that looks like a header."""
        self.found.not_understood += 1
        offset = end
        while True:
            offset = lexing.skip_space(self.text, offset)
            if (
                offset >= len(self.text)
                or self.text.startswith("/*", offset)
                or HEADER_LIKE.match(self.text, offset)
            ):
                break
            end = offset = self.line_end(offset)
        first, last = self.lines.at(start), self.lines.at(end)
        more = f" (lines {first} to {last} were not read)" if last > first else ""
        self.issue(start, reason + more)
        return offset

    def line_end(self, offset: int) -> int:
        end = self.text.find("\n", offset)
        return len(self.text) if end < 0 else end

    def issue(self, offset: int, message: str, *, warn: bool = False) -> None:
        if len(self.found.issues) > MAX_ISSUES:
            return
        if len(self.found.issues) == MAX_ISSUES:
            message = "too many problems; further ones in this file are not listed"
        self.found.issues.append(
            Issue(
                path=self.file.path,
                line=self.lines.at(offset),
                message=message,
                severity="warning" if warn else "error",
            )
        )


def _no_brace(header: Header) -> str:
    mark = "<TAB>{" if header.kind is Kind.FUNCTION else ",{"
    return f"'{mark}' is missing after {header.name!r}"
