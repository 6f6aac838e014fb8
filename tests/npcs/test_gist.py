"""What two questions must have in common to be the same one."""

from __future__ import annotations

import pytest

from npcs.gist import gist

SAME = [
    ("en", "Where is the blacksmith?", "where can I find the smith"),
    ("en", "How much is a sword?", "What does a sword cost?"),
    ("en", "How much is a sword?", "what's the price of a sword"),
    ("en", "How do I get to Payon?", "What is the way to Payon, please?"),
    ("en", "Tell me about the inn", "What do you know about the inn?"),
    ("pt", "Onde fica a ferraria?", "onde está o ferreiro?"),
    ("pt", "quanto custa uma espada?", "Qual o preço da espada?"),
    ("es", "¿Dónde está la posada?", "donde queda la posada"),
    ("es", "¿Cuánto cuesta una espada?", "cuanto vale la espada"),
    ("en", "Who is Hedwig?", "Do you know who Hedwig is?"),
    ("id", "Berapa harga pedang?", "harga pedang berapa?"),
    ("ko", "대장간이 어디예요?", "대장간은 어디에 있나요?"),
    ("ko", "검 얼마예요?", "검 가격이 얼마인가요?"),
    ("ko", "파욘까지 어떻게 가요?", "파욘 가는 길 좀 알려주세요"),
    ("ko", "알드릭에 대해 알려주세요", "알드릭에 대해 뭘 알아요?"),
    ("th", "ดาบราคาเท่าไหร่", "ราคาดาบเท่าไรครับ"),
    ("th", "โรงแรมอยู่ที่ไหน", "โรงแรมอยู่ตรงไหนครับ"),
    ("th", "ไปพายอนยังไง", "ทางไปพายอนอยู่ที่ไหน"),
    ("th", "เล่าเรื่องเฮดวิกหน่อย", "รู้อะไรเกี่ยวกับเฮดวิกบ้าง"),
]
OTHERS = [
    ("en", "Can I buy iron here?", "Can I sell iron here?"),
    ("en", "Is the mine safe?", "Is the mine not safe?"),
    ("en", "Is the mine safe?", "Isn't the mine safe?"),
    ("en", "How much for 5 swords?", "How much for 50 swords?"),
    ("en", "Where is Anna?", "Where is Hanna?"),
    ("en", "Where is the smith?", "Where was the smith?"),
    ("en", "Who loves the king?", "Who does the king love?"),
    ("en", "How do I get from Payon to Geffen?", "How do I get from Geffen to Payon?"),
    ("en", "Where is the smith?", "Who is the smith?"),
    ("en", "What is before the gate?", "What is after the gate?"),
    ("pt", "Quem matou o rei?", "Quem o rei matou?"),
    ("pt", "A mina é segura?", "A mina não é segura?"),
    ("es", "¿Quién es el primer rey?", "¿Quién es el último rey?"),
    ("en", "Who hates Aldric?", "Whom does Aldric hate?"),
    ("ko", "물약 있어요?", "물약 없어요?"),
    ("ko", "광산 안전해요?", "광산 안전하지 않아요?"),
    ("ko", "검 누가 팔아요?", "검 누가 사요?"),
    ("ko", "여관 언제 열어요?", "여관 언제 닫아요?"),
    ("th", "ใครขายดาบ", "ใครซื้อดาบ"),
    ("th", "ใครฆ่าอัลดริก", "อัลดริกฆ่าใคร"),
    ("th", "เหมืองปลอดภัยไหม", "เหมืองไม่ปลอดภัยใช่ไหม"),
    ("th", "อัลดริกอยู่ที่ไหน", "อัลดริกเคยอยู่ที่ไหน"),
]


@pytest.mark.parametrize("language, one, other", SAME)
def test_the_same_question_in_other_words_has_the_same_gist(language, one, other):
    assert gist(one, language) == gist(other, language) is not None


@pytest.mark.parametrize("language, one, other", OTHERS)
def test_another_question_in_nearly_the_same_words_has_another(language, one, other):
    assert gist(one, language) != gist(other, language)


def test_a_line_of_which_nothing_is_known_has_none():
    assert gist("Where is it?", "en") is None
