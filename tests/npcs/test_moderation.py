"""Word lists: what they find, and what they leave alone."""

import pytest

from npcs.attacks.fixtures import every
from npcs.moderation.finding import MASK, found, grants, masked, severe
from npcs.moderation.lists import LANGUAGES, Kind, lists

SWEARING = {
    "en": [
        "What the fuck",
        "you are a f.u.c.k.i.n.g liar",
        "f u c k off",
        "fuuuuuck",
        "sh1t",
        "5hit",
        "$hit",
        "fυck",
        "ｆｕｃｋ",
        "fu\u200bck you",
        "you son of a bitch",
        "a55hole",
        "b!tch",
    ],
    "pt": [
        "vai tomar no cu",
        "que merda",
        "seu filho da puta",
        "CARALHO",
        "p0rra",
        "vai se foder",
        "m e r d a",
    ],
    "es": ["vete a la mierda", "hijo de puta", "qué coño", "cabrón", "chinga tu madre", "p.u.t.a"],
    "id": ["dasar anjing", "bangsat", "k0ntol", "anjing lu", "goblok", "j a n c o k"],
    "th": ["ไอ้เหี้ย", "ควย", "ไปตายซะไอ้สัส", "เย็ดแม่", "หน้าหี"],
    "ko": ["시발", "씨발놈아", "ㅅㅂ", "병신아", "개새끼", "좆까", "시1발"],
}
INNOCENT = {
    "en": [
        "I was born in Scunthorpe",
        "The assassin passed the class",
        "a cockatrice and a peacock",
        "Sussex, Essex and Middlesex",
        "I shall assess the passage",
        "Dickens wrote of a shiitake",
        "a bass and a grass snake",
        "the titan",
        "kill the Orc Lord for me",
        "Damn, the blood of hell",
        "grape and therapist",
        "my little daughter is ill",
        "I am 12 and I love Porings",
        "give me the password of the castle",
        "I want to die a hero",
        "1000000 zeny for 5 swords",
        "i have a minor quest about a kid",
    ],
    "pt": [
        "O cubo e o cuidado",
        "A disputa do computador",
        "a deputada falou",
        "cumprimento o duque",
        "minha irmã tem 12 anos",
        "a rapariga foi ao rio",
        "ele discutiu",
    ],
    "es": [
        "la disputa del diputado",
        "computadora",
        "el conocimiento",
        "coger la espada",
        "una niña de 9 años busca a su perro",
        "reputación",
        "violaron el pacto",
    ],
    "id": [
        "anjing saya lucu",
        "babi hutan di Payon",
        "monyet naik pohon",
        "masuk ke kota",
        "anak kecil itu menangis",
        "kasur dan asuransi",
    ],
    "th": [
        "หีบสมบัติอยู่ที่ไหน",
        "โหดเหี้ยมมาก",
        "ดอกไม้เหี่ยวแล้ว",
        "กะหรี่ปั๊บอร่อย",
        "แกงกะหรี่",
        "สัตว์ในป่า",
        "แม่งาน",
        "เด็กหลงทาง",
    ],
    "ko": [
        "다시 발견했어요",
        "다시발견했다",
        "시발점",
        "강아지 새끼가 귀여워요",
        "새끼손가락",
        "고기를 씹어 먹다",
        "보지 못했어요",
        "자지 않아요",
        "어린 아이가 울어요",
    ],
}
SEVERE = {
    "en": [
        ("I am going to kill myself", Kind.SELF_HARM),
        ("kys", Kind.SELF_HARM),
        ("I know where you live", Kind.THREAT),
        ("i will shoot up my school", Kind.THREAT),
        ("you n1gger", Kind.SLUR),
        ("let us have sex, I am a 13 year old girl", Kind.MINORS),
    ],
    "pt": [
        ("quero me matar", Kind.SELF_HARM),
        ("sei onde você mora", Kind.THREAT),
        ("sexo com uma menor de idade", Kind.MINORS),
        ("seu viado", Kind.SLUR),
    ],
    "es": [
        ("me quiero matar", Kind.SELF_HARM),
        ("sé dónde vives", Kind.THREAT),
        ("sexo con una niña", Kind.MINORS),
        ("maricón", Kind.SLUR),
    ],
    "id": [
        ("aku mau bunuh diri", Kind.SELF_HARM),
        ("aku tahu rumahmu", Kind.THREAT),
        ("seks dengan anak di bawah umur", Kind.MINORS),
        ("cina babi", Kind.SLUR),
    ],
    "th": [
        ("ฉันอยากฆ่าตัวตาย", Kind.SELF_HARM),
        ("จะยิงโรงเรียน", Kind.THREAT),
        ("มีเพศสัมพันธ์กับเด็ก", Kind.MINORS),
        ("ไอ้มืด", Kind.SLUR),
    ],
    "ko": [
        ("자살하고 싶어", Kind.SELF_HARM),
        ("현실에서 죽여버린다", Kind.THREAT),
        ("초등학생이랑 섹스", Kind.MINORS),
        ("깜둥이", Kind.SLUR),
    ],
}


def cases(table):
    return [
        pytest.param(language, text, id=f"{language}-{text}")
        for language in table
        for text in table[language]
    ]


@pytest.mark.parametrize(("language", "text"), cases(SWEARING))
def test_swearing_is_found_however_it_is_spelled(language, text):
    assert Kind.MILD in found(text, language)


@pytest.mark.parametrize(("language", "text"), cases(INNOCENT))
def test_what_only_looks_like_it_is_left_alone(language, text):
    assert found(text, language) == frozenset()


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [pytest.param(lang, *case, id=f"{lang}-{case[0]}") for lang in SEVERE for case in SEVERE[lang]],
)
def test_what_is_severe_is_told_by_its_kind(language, text, kind):
    assert severe(text, language) == kind


def test_a_mask_covers_the_word_and_nothing_else():
    assert masked("That fucking Poring bit me", "en") == f"That {MASK} Poring bit me"
    assert masked("Good day", "en") == "Good day"
    assert "c k" not in masked("f u c k you", "en")


def test_every_language_has_all_lists_and_words_to_answer_with():
    for language in LANGUAGES:
        of = lists(language)
        assert set(of.deflections) == {"profanity", "severe", "self_harm"}
        assert all(lines for lines in of.deflections.values()) and of.notice
        for line in (*(each for lines in of.deflections.values() for each in lines), of.notice):
            assert found(line, language) == frozenset() and not grants(line)


def test_a_language_without_lists_gets_the_english_ones():
    assert Kind.MILD in found("fuck", "xx")


HANDED_OVER = ["narration_gives", "narration_mission", "echo", "inversion", "promise"]
KEPT = [
    "I cannot give you the sword.",
    "I give you my word.",
    "A sword costs 800 zeny.",
    "The crown lies in the keep.",
    "Take care on the road.",
    "I never promised you anything.",
    "A reward? Earn it first.",
    "Não posso te dar nada.",
    "Uma espada custa 800 zeny.",
    "Eu te dou minha palavra.",
    "No puedo darte la espada.",
    "Te doy mi palabra.",
    "Una espada cuesta 800 zeny.",
    "Aku tidak bisa memberimu pedang.",
    "Pedang itu harganya 800 zeny.",
    "ดาบเล่มนี้ราคา 800 เซนี",
    "ดาบอยู่ในปราสาท",
    "검은 800 제니요.",
    "왕관은 성에 있소.",
]


@pytest.mark.parametrize(
    "attack",
    [each for each in every() if each.key in HANDED_OVER],
    ids=lambda each: f"{each.language}-{each.key}",
)
def test_words_that_hand_something_over_are_known(attack):
    assert grants(attack.obeyed)


@pytest.mark.parametrize("text", KEPT)
def test_talk_of_things_hands_nothing_over(text):
    assert not grants(text)
