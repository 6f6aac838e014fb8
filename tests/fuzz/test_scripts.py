"""Script import: whatever an upload holds, what is read can be stored and shown."""

from __future__ import annotations

import re

from hypothesis import assume
from hypothesis import strategies as st

from npcs.importing import _facts, _new, digest
from npcs.scripts.definitions import MAX_ISSUES, split_file
from npcs.scripts.reading import decode
from npcs.scripts.records import Summary
from npcs.scripts.tree import build_tree
from tests.fuzz.running import fuzz, storable
from tests.fuzz.scripts import PAGES, damaged, files

LIMIT = 500
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def read(data, page=None, limit=4000):
    found = split_file(decode(data, name="one.txt", code_page=page))
    tree = build_tree(found.definitions, found.issues, Summary(), max_characters=limit)
    return tree, found


def checked(data, page):
    tree, found = read(data, page, LIMIT)
    lines = data.count(b"\n") + data.count(b"\r") + 1
    assert len(found.issues) <= MAX_ISSUES + 3
    assert all(1 <= issue.line <= lines and storable(issue.message) for issue in tree.issues)
    for one in tree.characters:
        fits(one, lines)
    return tree


def fits(one, lines):
    """Its row and its facts: every column takes its value (PostgreSQL would refuse it else)."""
    row = _new(one, digest(one))
    row.clean_fields(exclude=["faction"])
    assert 1 <= one.line <= lines and one.key == f"{one.map_name}/{one.key.partition('/')[2]}"
    for fact in _facts(row, one):
        fact.clean_fields(exclude=["npc", "embedding"])
        assert storable(fact.text) and storable(fact.topic) and storable(fact.branch)
        assert not CONTROL.search(fact.text), fact.text
    said = sum(len(line.text) for line in one.lines)
    assert said <= LIMIT + max((len(line.text) for line in one.lines), default=0)
    assert all(storable(getattr(row, name)) for name in ("key", "name", "map_name", "sprite"))


@fuzz(damaged(), st.sampled_from([None, *PAGES]))
def test_a_damaged_file_gives_rows_that_can_be_stored(data, page):
    tree = checked(data, page)
    again = checked(data, page)
    assert tree == again, "reading is not a matter of luck"


@fuzz(st.binary(max_size=4000), st.sampled_from([None, *PAGES]))
def test_any_bytes_give_rows_that_can_be_stored(data, page):
    checked(data, page)
    checked(b"prontera,1,2,3\tscript\tGuard\t105,{\n" + data, page)


@fuzz(files(), st.sampled_from(PAGES))
def test_of_a_file_that_is_right_nothing_is_lost(file, page):
    text, npcs = file
    tree, found = read(text.encode(page), page)
    assert found.not_understood == 0
    read_ = {one.key: one for one in tree.characters}
    for npc in npcs:
        one = read_[npc.key]
        assert (one.x, one.y) == (npc.x, npc.y)
        assert [line.text for line in one.lines if line.voice == "own"] == list(npc.sayings)


@fuzz(files(), st.sampled_from(["\r\n", "\r", "\n"]), st.booleans())
def test_line_ends_and_comments_change_nothing_that_is_said(file, end, commented):
    text, _ = file
    assume("/*" not in text)
    before, _found = read(text.encode())
    if commented:
        text = "".join(f"// {n}\n{line}" for n, line in enumerate(text.splitlines(keepends=True)))
    after, _found = read(text.replace("\n", end).encode())

    def said(tree):
        return {one.key: [line.text for line in one.lines] for one in tree.characters}

    assert said(after) == said(before)
