from __future__ import annotations

from pathlib import Path

import pytest

from npcs.scripts.reading import MAX_BYTES, decode, read_file

LETTERS = {
    "cp949": "안녕하세요 모험가님. 무엇을 도와 드릴까요?",
    "cp874": "สวัสดีนักผจญภัย ยินดีต้อนรับสู่เมืองพรอนเทรา",
    "cp932": "こんにちは、冒険者さん。プロンテラへようこそ。",
    "cp1251": "Привет, путник! Добро пожаловать.",
    "gbk": "你好冒险者欢迎来到普隆德拉需要我帮助吗",
    "big5": "你好冒險者歡迎來到普隆德拉需要我幫助嗎",
    "cp1252": "Olá, aventureiro! Você está na cidade. Não há ninguém à porta.",
}


@pytest.mark.parametrize("code_page", LETTERS)
def test_the_code_page_is_detected(code_page: str) -> None:
    text = f'\tmes "[Guard]";\n\tmes "{LETTERS[code_page]}";\n'
    file = decode(text.encode(code_page), name="one.txt")
    assert (file.code_page, file.text, file.issues) == (code_page, text, ())


def test_korean_quotation_marks_alone_are_not_taken_for_thai() -> None:
    text = "no such thing as “never” in life ☆"
    assert decode(text.encode("cp949"), name="one.txt").text == text


def test_utf_8_is_told_from_the_rest() -> None:
    assert decode("Señorita".encode(), name="one.txt").code_page == "utf-8"


def test_a_given_code_page_overrides_detection() -> None:
    file = decode("ร้าน".encode("cp874"), name="one.txt", code_page="cp1252")
    assert file.code_page == "cp1252"


def test_bytes_outside_the_given_code_page_are_replaced_and_reported() -> None:
    file = decode(b"first\nca\xf1a", name="one.txt", code_page="ascii")
    assert file.text == "first\ncaña"
    assert [issue.line for issue in file.issues] == [2]


def test_a_byte_order_mark_is_reported_because_the_server_refuses_the_file() -> None:
    file = decode(b"\xef\xbb\xbfhello", name="one.txt")
    assert file.text == "hello"
    assert file.issues[0].severity == "warning"


def test_line_ends_become_newlines() -> None:
    assert decode(b"a\r\nb\rc\n", name="one.txt").text == "a\nb\nc\n"


def test_a_binary_file_is_read_up_to_its_first_nul_byte() -> None:
    file = decode(b"one\ntwo\n\0three", name="one.txt")
    assert file.text == "one\ntwo\n"
    assert (file.issues[0].line, file.issues[0].severity) == (3, "error")


def test_utf_16_is_refused_with_advice() -> None:
    file = decode("hello".encode("utf-16"), name="one.txt")
    assert file.text == ""
    assert "UTF-16" in file.issues[0].message


def test_a_missing_file_is_an_issue(tmp_path: Path) -> None:
    file = read_file(tmp_path / "gone.txt", name="gone.txt")
    assert file.text == ""
    assert "cannot be read" in file.issues[0].message


def test_a_huge_file_is_not_loaded(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert "too large" in read_file(path, name="huge.txt").issues[0].message
