import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiworld.errors import Invalid
from npcs.safety import clean_input, clean_reply, decode_raw

MARKUP = "^<>/ABCDEFabcdef0123456789()[]*{}:. ITEMLNAVIURLnd\u202e\u200b\u0000\u0301\u2026\u00a0"
NASTY = st.text(alphabet=st.one_of(st.sampled_from(MARKUP), st.characters()), max_size=80)


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("  hello   there ", "hello there"),
        ("^FF0000red^000000 text", "red text"),
        ("<ITEML>00001bk5</ITEML> for sale", "for sale"),
        ("<ITEM>Red Potion<INFO>501</INFO></ITEM>?", "Red Potion?"),
        ("<NAVI>[Tomas]<INFO>prontera,100,100,0,000,0</INFO></NAVI>", "[Tomas]"),
        ("<URL>here<INFO>http://example.com</INFO></URL>", "here"),
        ("<MSG>1234</MSG>hi", "hi"),
        ("^i[501] and ^nItemID^502", "and"),
        ("a\u200bb\u202ec\x00d\te\nf", "abcd e f"),
        ("I <3 you, 1 < 2", "I <3 you, 1 < 2"),
        ("<<ITEM>ITEM>x", "x"),
        ("e\u0301", "é"),
    ],
)
def test_what_the_client_would_act_on_is_taken_out_of_what_was_typed(typed, heard):
    assert clean_input(typed, max_length=200) == heard


@pytest.mark.parametrize("typed", ["", "   ", "\u200b\u200b", "^FF0000", "<ITEM></ITEM>"])
def test_text_with_nothing_in_it_is_invalid(typed):
    with pytest.raises(Invalid) as caught:
        clean_input(typed, max_length=200)
    assert caught.value.field == "text"


@pytest.mark.parametrize("length", [11, 10_000])
def test_too_long_a_text_is_invalid(length):
    with pytest.raises(Invalid, match="at most 10"):
        clean_input("x" * length, max_length=10)


CODE_PAGES = ["cp1252", "cp874", "cp949", "cp932", "cp1251", "gb18030", "big5", "utf-8"]
SPOKEN = {
    "cp1252": "olá, você", "cp874": "สวัสดีครับ", "cp949": "안녕하세요", "cp932": "こんにちは",
    "cp1251": "привет", "gb18030": "你好吗朋友", "big5": "你好嗎朋友", "utf-8": "สวัสดี 안녕 olá",
}  # fmt: skip


@pytest.mark.parametrize("code_page", CODE_PAGES)
def test_bytes_that_were_cut_in_a_character_lose_that_character_only(code_page):
    raw = SPOKEN[code_page].encode(code_page)
    assert decode_raw(raw, code_page) == SPOKEN[code_page]
    for length in range(1, len(raw)):
        heard = decode_raw(raw[:length], code_page)
        assert SPOKEN[code_page].startswith(heard)
        assert len(raw) - len(heard.encode(code_page)) - (len(raw) - length) < 4


@pytest.mark.parametrize("code_page", CODE_PAGES)
@given(data=st.binary(max_size=80))
def test_no_bytes_fail_a_call(code_page, data):
    heard = decode_raw(data, code_page)
    assert not heard or heard.encode("utf-8")  # no lone surrogates either


def test_bytes_of_another_code_page_are_read_as_far_as_they_go_and_logged(caplog):
    assert decode_raw("กา".encode(), "cp1252") == "กา"  # a client that sends UTF-8
    assert decode_raw("olá".encode("cp1252"), "utf-8") == "ol"
    assert decode_raw(b"a\x81b", "cp1252", field="player.raw_name") == "ab"
    assert "player.raw_name is not valid cp1252" in caplog.text
    with pytest.raises(Invalid) as caught:
        decode_raw(b"x", "klingon")
    assert caught.value.field == "code_page"


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("[Tomas] Hello.", "Hello."),
        ("Tomas: Hello.", "Hello."),
        ("Guard Tomas: Hello.", "Hello."),
        ("(gives you a sword) Take it.", "Take it."),
        ("*smiles* Hello", "Hello"),
        ("It costs 50 (50 zeny).", "It costs 50 (50 zeny)."),
        ("What I know is this: the inn is north.", "What I know is this: the inn is north."),
        ("one\ntwo\r\nthree", "one two three"),
        ("^ff0000<b>bold</b> <NAVI>x<INFO>a,1,1</INFO></NAVI>", "bold x"),
        ("\u201cQuoted\u201d \u2014 wait\u2026", '"Quoted" - wait...'),
        ("take (the (rare) sword) now", "take now"),
    ],
)
def test_a_reply_leaves_as_plain_speech(written, sent):
    assert clean_reply(written) == sent


@given(NASTY)
def test_cleaning_a_reply_twice_changes_nothing_and_leaves_no_markup(text):
    cleaned = clean_reply(text)
    assert clean_reply(cleaned) == cleaned
    assert not set("^<>*[]{}\n") & set(cleaned)
    assert all(unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Cn") for c in cleaned)


@given(NASTY)
def test_cleaning_an_input_twice_changes_nothing(text):
    try:
        cleaned = clean_input(text, max_length=80)
    except Invalid:
        return
    assert clean_input(cleaned, max_length=80) == cleaned
