"""Reading whole folders of script files into characters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from npcs.scripts.characters import CharacterBuilder
from npcs.scripts.definitions import Definition, split_file
from npcs.scripts.reading import read_file
from npcs.scripts.records import Issue, ScriptTree, Summary
from npcs.scripts.sources import find_sources

MAX_CHARACTERS = 4_000

Progress = Callable[[int, int, Path], None]
"""Files done, files in all, the file just read."""


def read_scripts(
    paths: Iterable[Path],
    *,
    progress: Progress | None = None,
    code_page: str | None = None,
    max_characters: int = MAX_CHARACTERS,
) -> ScriptTree:
    """Reads script files, folders of them (`*.txt`), and a server's lists of them (`*.conf`).
    Nothing is run. Whatever cannot be read becomes an issue; the rest is kept.

    `code_page`: a Python codec for all files, instead of detection file by file.
    `max_characters`: the most text kept per character, in whole lines.
    """
    sources, issues = find_sources(paths)
    summary = Summary()
    definitions: list[Definition] = []
    for done, source in enumerate(sources, start=1):
        file = read_file(source.file, name=source.name, code_page=code_page)
        found = split_file(file)
        definitions += found.definitions
        issues += found.issues
        summary.files += 1
        summary.code_pages[file.code_page] += 1
        summary.not_understood += found.not_understood
        if progress is not None:
            progress(done, len(sources), source.file)
    return build_tree(definitions, issues, summary, max_characters=max_characters)


def build_tree(
    definitions: Iterable[Definition],
    issues: Iterable[Issue],
    summary: Summary,
    *,
    max_characters: int = MAX_CHARACTERS,
) -> ScriptTree:
    """Characters from definitions; sources of duplicates and functions may stand in any file."""
    builder = CharacterBuilder(list(definitions), summary, max_characters)
    characters = builder.build()
    return ScriptTree(
        characters=tuple(characters), issues=(*issues, *builder.issues), summary=summary
    )
