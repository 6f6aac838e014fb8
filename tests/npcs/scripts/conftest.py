from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from npcs.scripts.definitions import FileDefinitions, split_file
from npcs.scripts.reading import decode
from npcs.scripts.records import Character, ScriptTree
from npcs.scripts.tree import read_scripts

SAMPLE = Path(__file__).parents[3] / "samples" / "npc" / "town.txt"


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., ScriptTree]:
    """Reads texts as the files one.txt, two.txt ..."""

    def read(*texts: str | bytes, **options: object) -> ScriptTree:
        names = ("one", "two", "three")
        for name, text in zip(names, texts, strict=False):
            data = text if isinstance(text, bytes) else text.encode()
            (tmp_path / f"{name}.txt").write_bytes(data)
        return read_scripts([tmp_path], **options)  # type: ignore[arg-type]

    return read


@pytest.fixture
def npc(read: Callable[..., ScriptTree]) -> Callable[..., Character]:
    """The one character whose script has this code."""

    def npc(code: str, *, name: str = "Guard#1", sprite: str = "105", more: str = "") -> Character:
        tree = read(f"prontera,150,150,4\tscript\t{name}\t{sprite},{{\n{code}\n}}\n{more}")
        assert not tree.issues, tree.issues
        return tree.characters[0]

    return npc


@pytest.fixture
def split() -> Callable[[str], FileDefinitions]:
    return lambda text: split_file(decode(text.encode(), name="one.txt"))


@pytest.fixture(scope="session")
def town() -> ScriptTree:
    return read_scripts([SAMPLE])
