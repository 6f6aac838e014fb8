import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiworld.errors import Invalid
from npcs.pages import MAX_LINE_BYTES, paginate

CODE_PAGES = ["cp1252", "cp874", "cp949", "cp932", "cp1251", "gb18030", "big5", "utf-8"]


@pytest.mark.parametrize("code_page", CODE_PAGES)
@given(text=st.text(max_size=300), columns=st.integers(4, 120), height=st.integers(1, 10))
def test_every_line_fits_the_box_and_the_code_page(code_page, text, columns, height):
    for page in paginate(text, columns=columns, lines_per_page=height, code_page=code_page):
        assert 0 < len(page.lines) <= height
        for line, raw in zip(page.lines, page.raw_lines, strict=True):
            assert raw.decode(code_page) == line
            assert len(raw) <= MAX_LINE_BYTES and len(line) <= columns or line >= "\u0e31"
            assert not set("^<>\n\x00") & set(line)


@given(st.lists(st.text("abcdefghij", min_size=1, max_size=20), max_size=60))
def test_no_word_is_lost_or_cut_that_fits_a_line(words):
    text = " ".join(words)
    assert " ".join(line for page in paginate(text) for line in page.lines) == text


def test_what_cannot_be_encoded_is_written_in_letters():
    (page,) = paginate("Żółw ¿qué? 日本 → ok", code_page="cp1252")
    assert page.lines == ("Zólw ¿qué? Ri Ben - ok",)
    (page,) = paginate("¿Qué?", code_page="cp1251")
    assert page.raw_lines == (b"Que?",)


def test_transliteration_brings_in_no_markup():
    assert not any(
        set("<>^") & set(line) for page in paginate("« ‹a› ＾ ˂ ᐸ »") for line in page.lines
    )


def test_a_long_text_takes_several_pages():
    pages = paginate("word " * 200)
    assert len(pages) > 1 and all(len(page.lines) == 8 for page in pages[:-1])


def test_an_unknown_code_page_is_invalid():
    with pytest.raises(Invalid):
        paginate("x", code_page="klingon")
