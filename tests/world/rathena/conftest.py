import shutil
from pathlib import Path

import pytest

from world.rathena.reading import read

SAMPLE = Path(__file__).parents[3] / "samples" / "rathena"


@pytest.fixture
def tree(tmp_path):
    """The sample, to be changed at will."""
    shutil.copytree(SAMPLE, tmp_path / "server")
    return tmp_path / "server"


@pytest.fixture
def found(tree):
    return lambda mode="re": read(tree, mode)


@pytest.fixture
def add(tree):
    """Puts records into db/import/<name>."""

    def add(name, kind, version, *records, header=""):
        body = "\n".join(f"  - {record}" for record in records)
        text = f"Header:\n  Type: {kind}\n  Version: {version}\n{header}\nBody:\n{body}\n"
        (tree / "db" / "import" / name).write_text(text)

    return add


@pytest.fixture
def items(add):
    return lambda *records, **more: add("item_db.yml", "ITEM_DB", 3, *records, **more)


@pytest.fixture
def monsters(add):
    return lambda *records, **more: add("mob_db.yml", "MOB_DB", 5, *records, **more)
