from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npcs.sentences import Sentences, split

TABLE = [
    ("", []),
    ("   ", []),
    ("Hello", ["Hello"]),
    ("Hello.", ["Hello."]),
    ("Hello. Who are you?", ["Hello.", "Who are you?"]),
    ("Stop! Who goes there? A friend.", ["Stop!", "Who goes there?", "A friend."]),
    ("It costs 3.50 zeny. Take it.", ["It costs 3.50 zeny.", "Take it."]),
    ("Ask Dr. Brann. He knows.", ["Ask Dr. Brann.", "He knows."]),
    ("Ask the Sra. Lopes, please.", ["Ask the Sra. Lopes, please."]),
    ("J. R. is here. So am I.", ["J. R. is here.", "So am I."]),
    ("Well... I do not know.", ["Well...", "I do not know."]),
    ("Well… I do not know.", ["Well…", "I do not know."]),
    ('He said "Go." Then he left.', ['He said "Go."', "Then he left."]),
    ("(He said go!) Then he left.", ["(He said go!)", "Then he left."]),
    ("One.\n\nTwo.", ["One.", "Two."]),
    ("Ask Dr.\nBrann now. Go.", ["Ask Dr.\nBrann now.", "Go."]),
    (" Hello. You. ", ["Hello.", "You."]),
    ("no end. no capital", ["no end.", "no capital"]),
    ("a.b.c", ["a.b.c"]),
    ("?! Ha", ["?!", "Ha"]),
    ("ขอบใจนะ แล้วเจอกัน", ["ขอบใจนะ", "แล้วเจอกัน"]),
    ("ข้าชื่อ Tomas อยู่ที่นี่ครับ มีอะไร", ["ข้าชื่อ Tomas อยู่ที่นี่ครับ", "มีอะไร"]),
    (
        "โรงตีเหล็กอยู่ที่มุมตะวันตกเฉียงใต้ของเมืองนี้ เดินไปไม่ไกล",
        ["โรงตีเหล็กอยู่ที่มุมตะวันตกเฉียงใต้ของเมืองนี้", "เดินไปไม่ไกล"],
    ),
    ('เขาบอกว่า "ขอบใจนะ แล้วเจอกัน" จริงๆ', ['เขาบอกว่า "ขอบใจนะ แล้วเจอกัน" จริงๆ']),
    ("ไปไหน? ไปตลาด", ["ไปไหน?", "ไปตลาด"]),
    ("대장간은 저기예요. 따라오세요!", ["대장간은 저기예요.", "따라오세요!"]),
]


@pytest.mark.parametrize("text, sentences", TABLE)
def test_sentences_of_a_text(text, sentences):
    assert split(text) == sentences


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
@pytest.mark.parametrize("text, sentences", TABLE)
def test_the_same_sentences_however_the_text_arrives(text, sentences, size):
    cutter = Sentences()
    found = [s for at in range(0, len(text), size) for s in cutter.feed(text[at : at + size])]
    assert found + cutter.rest() == sentences


def test_a_sentence_is_told_when_the_next_one_begins():
    cutter = Sentences()
    assert cutter.feed("Hello. ") == []
    assert cutter.feed("Who") == ["Hello."]
    assert cutter.rest() == ["Who"]
    assert cutter.rest() == []


words = st.text(st.sampled_from("aZ.!?…\"') \n\tDrนะข่"), max_size=60)


@given(words)
def test_nothing_is_lost_and_nothing_is_added(text):
    assert "".join("".join(split(text)).split()) == "".join(text.split())
    assert all(sentence == sentence.strip() and sentence for sentence in split(text))


@given(st.lists(words, max_size=8))
def test_pieces_make_the_sentences_of_the_whole(pieces):
    cutter = Sentences()
    found = [sentence for piece in pieces for sentence in cutter.feed(piece) if sentence]
    assert found + cutter.rest() == split("".join(pieces))
