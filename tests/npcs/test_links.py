"""Links in dialogue boxes: from the server's own data only, and never cut."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from npcs import links
from npcs.pages import Link, paginate
from tenants.context import in_tenant

SAMPLE = Path(__file__).parents[2] / "samples" / "rathena"
APPLE = Link("Sun Apple", "<ITEM>", "<INFO>70002</INFO></ITEM>")
SHOWN = "<ITEM>Sun Apple<INFO>70002</INFO></ITEM>"


def lines(text, **options):
    return [line for page in paginate(text, **options) for line in page.lines]


def test_a_link_stands_around_its_words_each_time():
    assert lines("A Sun Apple, or two Sun Apples? Sun Apple!", columns=60, links=[APPLE]) == [
        f"A {SHOWN}, or two Sun Apples? {SHOWN}!"
    ]


def test_markup_takes_no_column():
    text = "Look for a Sun Apple now"
    assert lines(text, columns=24, links=[APPLE]) == [f"Look for a {SHOWN} now"]
    assert lines(text, columns=24) == [text]


def test_a_line_does_not_break_inside_of_a_link():
    assert lines("Here is a Sun Apple", columns=13, links=[APPLE]) == ["Here is a", SHOWN]


def test_what_fits_in_no_line_stays_plain():
    assert lines("a Sun Apple", columns=8, links=[APPLE]) == ["a Sun", "Apple"]
    long = Link("Sun Apple", "<ITEM>", f"<INFO>{'1' * 300}</INFO></ITEM>")
    assert lines("a Sun Apple", links=[long]) == ["a Sun Apple"]


def test_bytes_with_markup_stay_within_a_line():
    for page in paginate(" ".join(["Sun Apple"] * 40), columns=120, links=[APPLE]):
        assert all(len(line) <= 200 for line in page.raw_lines)
        assert all(line.count(b"<ITEM>") == line.count(b"</ITEM>") for line in page.raw_lines)


def test_markup_of_a_model_is_cleaned_away_and_ours_is_not():
    said = "<ITEM>Crown<INFO>1</INFO></ITEM> and a Sun Apple \ue000 ^FF0000red"
    assert lines(said, columns=60, links=[APPLE]) == [f"Crown and a {SHOWN} red"]


words = st.sampled_from(["Sun Apple", "our_town 5,6", "go", "ไปที่ตลาด", "사과를", "é", "a" * 30])
NAVI = Link("our_town 5,6", "<NAVI>", "<INFO>our_town,5,6,0,000,0</INFO></NAVI>")


@given(st.lists(words, max_size=14), st.integers(12, 60), st.sampled_from(["utf-8", "cp874"]))
@settings(max_examples=80, deadline=None)
def test_whatever_is_said_links_are_whole_and_the_words_are_the_same(parts, columns, code_page):
    text = " ".join(parts)
    marked = lines(text, columns=columns, links=[APPLE, NAVI], code_page=code_page)
    bare = [re.sub(r"<INFO>[^<]*</INFO>|</?(?:ITEM|NAVI)>", "", line) for line in marked]
    plain = lines(text, columns=columns, code_page=code_page)
    assert "".join(bare).replace(" ", "") == "".join(plain).replace(" ", "")
    for line in marked:
        assert re.fullmatch(
            r"(?:[^<>]|<ITEM>Sun Apple<INFO>70002</INFO></ITEM>"
            r"|<NAVI>our_town 5,6<INFO>our_town,5,6,0,000,0</INFO></NAVI>)*",
            line,
        )


@pytest.fixture
def data(server):
    call_command("import_db", SAMPLE, server=server.name, json=True)
    return server


def found(text, client="item"):
    return {link.words: f"{link.opens}{link.words}{link.closes}" for link in links.found(
        text, client=client
    )}  # fmt: skip


def test_items_and_maps_of_the_server_become_links(data):
    with in_tenant(data):
        assert found("Dew Drop, from Puddle on our_field; Grocer Nilo, our_town 5,6.") == {
            "Dew Drop": "<ITEM>Dew Drop<INFO>70001</INFO></ITEM>",
            "our_field": "<NAVI>our_field<INFO>our_field,20,20,0,000,0</INFO></NAVI>",
            "our_town 5,6": "<NAVI>our_town 5,6<INFO>our_town,5,6,0,000,0</INFO></NAVI>",
        }
        assert found("A Dew Drop", client="itemlink") == {
            "Dew Drop": "<ITEMLINK>Dew Drop<INFO>70001</INFO></ITEMLINK>"
        }
        assert found("A Dew Drop", client="off") == {}


def test_what_the_server_does_not_have_is_no_link(data, other_server):
    with in_tenant(data):
        assert found("A Golden Egg on moon, a dew drop, our_town 99,99 or Dew") == {
            "our_town": "<NAVI>our_town<INFO>our_town,12,10,0,000,0</INFO></NAVI>"
        }
    with in_tenant(other_server):
        assert found("Dew Drop on our_field") == {}


def test_a_name_among_letters_of_other_languages_is_found(data):
    with in_tenant(data):
        assert set(found("ได้ Dew Drop จาก our_field นะ")) == {"Dew Drop", "our_field"}
        assert set(found("Dew Drop는 our_field 쪽에")) == {"Dew Drop", "our_field"}
