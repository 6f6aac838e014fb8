"""Whatever the bytes are, reading ends soon and does not raise."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from npcs.scripts.definitions import split_file
from npcs.scripts.reading import decode
from npcs.scripts.records import Summary
from npcs.scripts.tree import build_tree

TOWN = (Path(__file__).parents[3] / "samples" / "npc" / "town.txt").read_bytes()
PIECES = [
    b'"',
    b"{",
    b"}",
    b"/*",
    b"*/",
    b"//",
    b"\t",
    b"\n",
    b"\0",
    b"\\",
    b";",
    b"(",
    b")",
    b"\xa4",
]
SCRIPT = b"prontera,1,2,3\tscript\tGuard\t105,{\n"
quick = settings(max_examples=60, deadline=2000, suppress_health_check=[HealthCheck.too_slow])


def read(data: bytes):
    found = split_file(decode(data, name="one.txt"))
    return build_tree(found.definitions, found.issues, Summary())


@quick
@given(st.binary(max_size=3000))
def test_random_bytes_are_survived(data):
    read(data)


@quick
@given(st.lists(st.sampled_from([*PIECES, b"mes ", b"if (", b"case 1:", b"select("]), max_size=300))
def test_random_code_is_survived(pieces):
    read(SCRIPT + b"".join(pieces))


@quick
@given(st.data())
def test_a_damaged_sample_is_survived(data):
    start = data.draw(st.integers(0, len(TOWN)))
    end = data.draw(st.integers(start, min(len(TOWN), start + 200)))
    tree = read(TOWN[:start] + data.draw(st.sampled_from(PIECES)) + TOWN[end:])
    assert all(issue.line >= 1 for issue in tree.issues)


@quick
@given(st.integers(0, len(TOWN)))
def test_a_sample_cut_anywhere_keeps_the_whole_npcs_before_the_cut(cut):
    whole = {one.key for one in read(TOWN).characters}
    assert {one.key for one in read(TOWN[:cut]).characters} <= whole


LONG = 60_000
HOSTILE = [
    b"/*",
    b'"',
    b"{",
    b"(",
    b'mes "',
    b"if (",
    b"a$ = ",
    b"<NAVI>",
    b"a,1,2,3\tscript\t",
    b"^i[",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_repetition_costs_no_more_than_its_length(piece):
    started = time.process_time()
    read(SCRIPT + piece * (LONG // len(piece)))
    read(SCRIPT + b'mes "' + piece.replace(b'"', b"'") * (LONG // len(piece)) + b'"; }')
    read(piece * (LONG // len(piece)))
    assert time.process_time() - started < 3
