"""The templates of prompts: files of `npcs/prompts`, read again soon after they change. What cannot
be used (a placeholder nobody fills, no text) is told in the log, and the last good ones go on."""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

log = logging.getLogger(__name__)

LOOK = 2.0
"""Seconds between two looks at the folder; a look is one `stat` a file."""
PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    "dialogue": frozenset({"language", "length", "persona", "mood", "facts"}),
    "player": frozenset({"player", "memories"}),
    "extraction": frozenset({"kinds"}),
    "reflection": frozenset({"language", "days", "most"}),
    "moderation": frozenset({"kinds"}),
    "decision": frozenset({"persona", "mood", "player"}),
}
"""By template: what it is given, all of which it has to use."""
Signature = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Prompts:
    """The templates as they were at one moment."""

    version: str
    """Changes with every change of a template; part of cache keys and of stored turns."""
    templates: Mapping[str, Template]

    def fill(self, name: str, **values: str) -> str:
        return self.templates[name].substitute(values).strip()


class PromptFiles:
    def __init__(
        self,
        folder: Path,
        *,
        placeholders: Mapping[str, frozenset[str]] = PLACEHOLDERS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder, self._placeholders, self._clock = folder, placeholders, clock
        self._lock = threading.Lock()
        self._look_at = 0.0
        self._seen: Signature = ()
        self._prompts: Prompts | None = None

    def current(self) -> Prompts:
        """Raises ValueError, OSError only while there never were any that could be used."""
        found = self._prompts
        if found is not None and self._clock() < self._look_at:
            return found
        with self._lock:
            return self._looked()

    def _looked(self) -> Prompts:
        self._look_at = self._clock() + LOOK
        try:
            seen = self._signature()
            if self._prompts is None or seen != self._seen:
                self._seen = seen
                self._prompts = read(self._folder, self._placeholders)
        except (OSError, ValueError) as error:
            if self._prompts is None:
                raise
            log.error("the prompts in %s stay as they were: %s", self._folder, error)
        return self._prompts

    def _signature(self) -> Signature:
        files = [self._folder / f"{name}.txt" for name in sorted(self._placeholders)]
        return tuple((each.name, (at := each.stat()).st_mtime_ns, at.st_size) for each in files)


def read(folder: Path, placeholders: Mapping[str, frozenset[str]] = PLACEHOLDERS) -> Prompts:
    """Raises OSError, ValueError with what is wrong."""
    texts = {name: (folder / f"{name}.txt").read_text("utf-8") for name in sorted(placeholders)}
    templates = {
        name: _checked(name, Template(text), placeholders[name]) for name, text in texts.items()
    }
    version = hashlib.sha256("\0".join(texts.values()).encode()).hexdigest()[:12]
    return Prompts(version, templates)


def _checked(name: str, template: Template, wanted: frozenset[str]) -> Template:
    if not template.is_valid():
        raise ValueError(
            f"{name}.txt has a $ that stands for nothing; write $$ for the sign itself"
        )
    found = set(template.get_identifiers())
    if found != wanted:
        wrong = ", ".join(f"${{{each}}}" for each in sorted(found ^ wanted))
        raise ValueError(f"{name}.txt: not as expected: {wrong}")
    return template
