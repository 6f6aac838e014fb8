"""Which files to read: single files, folders, and a server's own lists (`npc: ...` in a .conf)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from npcs.scripts.records import Issue

LISTED = re.compile(r"[ \t]*(npc|delnpc|import)[ \t]*:[ \t]*(\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    file: Path
    name: str
    """How the file is called in issues and characters."""


def find_sources(paths: Iterable[Path]) -> tuple[list[Source], list[Issue]]:
    """Every file once, in the order a server would load them; what is missing is an issue."""
    found: dict[str, Source] = {}
    issues: list[Issue] = []
    for path in paths:
        if path.is_dir():
            for source in _folder(path):
                found.setdefault(_identity(source.file), source)
        elif path.suffix.lower() == ".conf":
            _List(path, found, issues).read(path)
        elif path.exists():
            found.setdefault(_identity(path), Source(path, path.as_posix()))
        else:
            issues.append(Issue(path=path.as_posix(), line=0, message="no such file or folder"))
    return list(found.values()), issues


def _identity(file: Path) -> str:
    return os.path.realpath(file)


def _folder(folder: Path) -> Iterator[Source]:
    """Text files below `folder`, sorted; links to folders are not followed."""
    for base, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            if name.lower().endswith(".txt"):
                file = Path(base, name)
                shown = Path(folder.resolve().name, file.relative_to(folder))
                yield Source(file, shown.as_posix())


class _List:
    """Follows a .conf; its paths count from the server's root folder, somewhere above it."""

    def __init__(self, conf: Path, found: dict[str, Source], issues: list[Issue]) -> None:
        self.above = list(conf.resolve().parents)
        self.found = found
        self.issues = issues
        self.seen: set[str] = set()

    def read(self, conf: Path) -> None:
        if _identity(conf) in self.seen:
            return
        self.seen.add(_identity(conf))
        try:
            lines = conf.read_text(encoding="latin-1").splitlines()
        except OSError as error:
            self.issues.append(
                Issue(path=conf.as_posix(), line=0, message=f"cannot be read: {error.strerror}")
            )
            return
        for number, line in enumerate(lines, start=1):
            if match := LISTED.match(line):
                self.follow(match[1].lower(), match[2], conf, number)

    def follow(self, word: str, written: str, conf: Path, line: int) -> None:
        target = next((up / written for up in self.above if (up / written).is_file()), None)
        if target is None:
            if word == "npc":
                message = f"lists {written}, which does not exist"
                self.issues.append(Issue(path=conf.as_posix(), line=line, message=message))
        elif word == "import":
            self.read(target)
        elif word == "delnpc":
            self.found.pop(_identity(target), None)
        else:
            self.found.setdefault(_identity(target), Source(target, Path(written).as_posix()))
