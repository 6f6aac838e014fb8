import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiworld.errors import Invalid
from npcs.pages import MAX_LINE_BYTES, paginate

CODE_PAGES = ["cp1252", "cp874", "cp949", "cp932", "cp1251", "gb18030", "big5", "utf-8"]


TEXTS = (
    st.text(max_size=300)
    | st.text("กขนสี่ีุเแำะาๆ ฯ.a", max_size=120)
    | st.text("가나한글 a", max_size=120)
)
MARKS = "\u0e31\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c"


def wide(line):
    double = sum(unicodedata.east_asian_width(each) in "WF" for each in line)
    return len(line) + double - sum(unicodedata.category(each) in ("Mn", "Me") for each in line)


def test_thai_breaks_between_words_and_never_before_a_mark():
    text = "โรงตีเหล็กอยู่ที่มุมตะวันตกเฉียงใต้ของเมืองนี้เดินไปทางตลาดแล้วจะพบช่างตีเหล็ก"
    (page,) = paginate(text, columns=20, code_page="cp874")
    assert "".join(page.lines) == text and len(page.lines) > 2
    assert page.lines[0].endswith(("อยู่", "ที่", "มุม", "โรงตีเหล็ก"))
    for line in page.lines:
        assert line[0] not in MARKS + "ะาำ" and line[-1] not in "เแโใไ"


def test_a_wide_letter_takes_two_columns():
    (page,) = paginate("대장간은 남서쪽 모퉁이에 있어요.", columns=16, code_page="cp949")
    assert page.lines == ("대장간은 남서쪽", "모퉁이에 있어요.")
    assert page.raw_lines[0] == "대장간은 남서쪽".encode("cp949")


@pytest.mark.parametrize("code_page", CODE_PAGES)
@given(text=TEXTS, columns=st.integers(4, 120), height=st.integers(1, 10))
def test_every_line_fits_the_box_and_the_code_page(code_page, text, columns, height):
    for page in paginate(text, columns=columns, lines_per_page=height, code_page=code_page):
        assert 0 < len(page.lines) <= height
        for line, raw in zip(page.lines, page.raw_lines, strict=True):
            assert raw.decode(code_page) == line
            assert len(raw) <= MAX_LINE_BYTES and wide(line) <= columns
            assert not set("^<>\n\x00") & set(line)


@given(st.lists(st.text("abcdefghij", min_size=1, max_size=20), max_size=60))
def test_no_word_is_lost_or_cut_that_fits_a_line(words):
    text = " ".join(words)
    assert " ".join(line for page in paginate(text) for line in page.lines) == text


def test_what_cannot_be_encoded_is_written_in_letters():
    (page,) = paginate("Żółw ¿qué? 日本 → ok", code_page="cp1252")
    assert page.lines == ("Zólw ¿qué? RiBen ok",)
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
