"""The sanitiser: whatever goes in, what comes out is safe in the game client and in the page."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import strategies as st

from aiworld.errors import Invalid
from npcs.pages import MAX_LINE_BYTES, Link, paginate
from npcs.safety import clean_input, clean_reply, decode_raw, loses_words, visible
from npcs.sentences import Sentences, split, whole
from tests.fuzz.running import fuzz, storable
from tests.fuzz.texts import CODE_PAGES, NASTY

FORBIDDEN = set("^<>*[]{}\n\r\t\0")
COLOUR = re.compile(r"\^(?:[0-9A-Fa-f]{6}|i\[|nItemID)")
TAG = re.compile(r"</?(?:ITEML?|ITEMLINK|NAVI|INFO|URL|QUEST|MSG|TIPBOX)\b", re.IGNORECASE)
PAGE = st.sampled_from(CODE_PAGES)
CLOSES = "<INFO>1</INFO></ITEM>"
LINKS = st.lists(
    st.builds(
        Link, st.one_of(NASTY, st.just("Apple")), st.just("<ITEM>"), st.just(CLOSES)
    ),
    max_size=3,
)  # fmt: skip
LINK = re.compile(r"<ITEM>[^<>]+<INFO>1</INFO></ITEM>")


def harmless(text):
    assert not FORBIDDEN & set(text), text
    assert all(unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn") for c in text)
    assert storable(text) and text == text.strip() and "  " not in text


@fuzz(NASTY)
def test_a_reply_is_harmless_short_and_settled(text):
    cleaned = clean_reply(text)
    harmless(cleaned)
    assert clean_reply(cleaned) == cleaned and not loses_words(cleaned)
    assert len(cleaned) <= 3 * len(text), "three dots for one are the only growth"


@fuzz(NASTY, st.integers(1, 200))
def test_an_input_has_no_markup_and_its_bound(text, most):
    try:
        cleaned = clean_input(text, max_length=most)
    except Invalid as refused:
        assert refused.message and storable(refused.message)
        return
    assert 0 < len(cleaned) <= most and storable(cleaned)
    assert not COLOUR.search(cleaned) and not TAG.search(cleaned)
    assert "\n" not in cleaned and clean_input(cleaned, max_length=most) == cleaned
    assert visible(cleaned) == cleaned


@fuzz(NASTY, PAGE, st.integers(4, 120), st.integers(1, 10), LINKS)
def test_a_page_is_bytes_that_the_client_shows_and_does_not_obey(text, page, columns, most, links):
    for one in paginate(text, columns=columns, lines_per_page=most, code_page=page, links=links):
        assert 0 < len(one.lines) <= most
        for line, raw in zip(one.lines, one.raw_lines, strict=True):
            assert raw.decode(page) == line and 0 < len(raw) <= MAX_LINE_BYTES
            bare = LINK.sub("", line)
            assert not FORBIDDEN & set(bare) and not {0, 10, 13, 27} & set(raw)
            assert not COLOUR.search(line)


@fuzz(st.binary(max_size=200), PAGE)
def test_bytes_of_a_client_become_text_or_nothing(data, page):
    text = decode_raw(data, page)
    text.encode("utf-8")
    assert len(text) <= len(data)
    harmless(clean_reply(text))


@fuzz(st.lists(NASTY, max_size=8))
def test_sentences_are_the_same_however_the_words_arrive(pieces):
    text = "".join(pieces)
    cutter = Sentences()
    found = [one for piece in pieces for one in cutter.feed(piece)] + cutter.rest()
    together = [*(one for one in found if one)]
    assert "".join("".join(together).split()) == "".join(text.split()), "no letter is lost"
    assert "".join("".join(split(text)).split()) == "".join(text.split())
    assert "".join(text.split()).startswith("".join(whole(text).split()))
