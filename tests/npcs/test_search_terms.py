import pytest

from npcs.retrieval import search_terms, tsquery
from tenants.statements import rows


@pytest.mark.parametrize(
    ("language", "question", "text"),
    [
        ("id", "pandai besi di mana?", "Pandai besi ada di sudut."),
        ("id", "rumah sakit di mana?", "Rumah sakit di dekat gerbang."),
        ("ko", "대장간이 어디예요?", "대장간은 모퉁이에 있어요."),
        ("ko", "제가 뭘 찾고 있었죠?", "저는 약초를 찾고 있어요."),
        ("th", "โบสถ์อยู่ที่ไหน", "โบสถ์ อยู่ข้างตลาด"),
    ],
)
def test_the_database_finds_a_word_of_every_language(inside, language, question, text):
    query = tsquery(search_terms(question, language))
    sql = "SELECT to_tsvector('simple', %(text)s) @@ to_tsquery('simple', %(query)s)"
    assert rows(sql, {"text": text, "query": query}) == [(True,)]
