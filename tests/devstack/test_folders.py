import os
import stat
from pathlib import Path

import pytest

from aiworld.devstack import folders
from aiworld.devstack.account import unprivileged
from aiworld.devstack.errors import StackError


def test_sockets_lie_in_the_data_folder_where_its_path_is_short(root):
    made = folders.prepare(root / ".aiworld", None)
    assert made.sockets == root / ".aiworld/run/s"


@pytest.mark.parametrize("name", ["long" * 30, "with space", "with?query"])
def test_sockets_of_a_long_or_odd_path_get_a_short_private_folder(root, name, monkeypatch):
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    made = folders.prepare(root / name, None)
    try:
        assert made.sockets.parent == Path("/tmp")
        assert stat.S_IMODE(made.sockets.stat().st_mode) == 0o700
        assert len(str(made.sockets / "postgres/.s.PGSQL.5432")) < 107
    finally:
        made.remove()


def test_the_runtime_folder_of_the_user_comes_first(root, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(root))
    assert folders.prepare(root / ("long" * 30), None).sockets.parent == root


@pytest.mark.skipif(os.geteuid() != 0, reason="needs two users")
def test_a_folder_that_somebody_else_made_is_not_used(root):
    (root / "theirs").mkdir()
    os.chown(root / "theirs", 1, 1)
    with pytest.raises(StackError, match="belongs to another user"):
        folders.prepare(root / "theirs", None)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to change its account")
def test_under_root_in_a_private_folder_the_database_lies_where_its_account_can_walk_to(root):
    (root / "private").mkdir(mode=0o700)
    made = folders.prepare(root / "private" / ".aiworld", unprivileged())
    try:
        assert made.postgres.is_relative_to("/var/lib/aiworld")
        assert made.sockets.parent == Path("/tmp")
    finally:
        made.remove()
