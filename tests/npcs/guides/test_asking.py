"""What is asked of a guide, in six languages."""

from __future__ import annotations

import pytest

from npcs.guides.asking import asked, is_word

LINES = [
    ("en", "Where does Dew Drop drop?", {"loot"}),
    ("pt", "Quem dropa Dew Drop?", {"loot"}),
    ("es", "¿Qué monstruo suelta Dew Drop?", {"loot"}),
    ("id", "Siapa yang menjatuhkan Dew Drop?", {"loot"}),
    ("ko", "Dew Drop 드랍하는 몬스터 뭐예요?", {"loot"}),
    ("th", "Dew Drop ดรอปจากตัวไหน", {"loot"}),
    ("en", "what level is Puddle?", {"level"}),
    ("pt", "qual é o nível do Puddle?", {"level"}),
    ("es", "¿de qué nivel es Puddle?", {"level"}),
    ("id", "Puddle level berapa?", {"level"}),
    ("ko", "Puddle 레벨이 뭐예요?", {"level"}),
    ("th", "Puddle เลเวลเท่าไหร่", {"level"}),
    ("en", "where can I buy Sun Apple", {"buy"}),
    ("pt", "onde compro Sun Apple?", {"buy"}),
    ("es", "¿dónde compro Sun Apple?", {"buy"}),
    ("id", "di mana beli Sun Apple?", {"buy"}),
    ("ko", "Sun Apple 어디서 살 수 있어요?", {"buy"}),
    ("th", "ซื้อ Sun Apple ที่ไหน", {"buy"}),
    ("en", "where can I sell Dew Drop?", {"sell"}),
    ("pt", "por quanto posso vender Dew Drop?", {"sell"}),
    ("es", "¿por cuánto puedo vender Dew Drop?", {"sell"}),
    ("id", "Dew Drop bisa dijual berapa?", {"sell"}),
    ("ko", "Dew Drop 팔면 얼마예요?", {"sell"}),
    ("th", "Dew Drop ขายได้เท่าไหร่", {"sell"}),
    ("en", "which map fits my level?", {"level", "spot"}),
    ("pt", "qual mapa serve para o meu nível?", {"level", "spot"}),
    ("es", "¿qué mapa es bueno para mi nivel?", {"level", "spot"}),
    ("id", "peta mana yang cocok untuk level saya?", {"level", "spot"}),
    ("ko", "제 레벨에 맞는 맵은 어디예요?", {"level", "spot"}),
    ("th", "แมพไหนเหมาะกับเลเวลข้า", {"level", "spot"}),
]


@pytest.mark.parametrize("language, line, words", LINES)
def test_the_words_one_asks_with_are_known(language, line, words):
    assert words <= asked(line, language).words


@pytest.mark.parametrize(
    "language, line",
    [
        ("en", "Good day, Elia!"),
        ("en", "My sister is ill."),
        ("pt", "Bom dia, Elia!"),
        ("es", "Mi hermana está enferma."),
        ("id", "Selamat pagi, Elia!"),
        ("ko", "안녕하세요, 엘리아!"),
        ("th", "สวัสดีค่ะ เอเลีย"),
    ],
)
def test_small_talk_asks_nothing(language, line):
    assert not asked(line, language)


def test_a_level_is_the_first_number():
    assert asked("which map for level 35, or 40?", "en").number == 35
    assert asked("which map for me?", "en").number == 0


def test_a_monster_may_be_called_as_one_asks():
    assert is_word("Drops", "en")
    assert not is_word("Puddle", "en")
