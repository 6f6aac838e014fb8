import pytest

from npcs.extraction import facts_about_player

TOLD = [
    ("en", "My sister Mira is ill", "illness", "Leo's sister Mira is ill", ("sister", "Mira")),
    ("en", "Hello! My name is Ana.", "name", "Leo is called Ana", ("Ana",)),
    ("en", "I live in Geffen", "home", "Leo is from or lives in Geffen", ("Geffen",)),
    ("en", "I am a hunter", "profession", "Leo is a hunter", ("a hunter",)),
    ("en", "I have two brothers", "family", "Leo has two brothers", ("two brothers",)),
    (
        "en",
        "I'm looking for herbs for my sister",
        "plan",
        "Leo is looking for herbs",
        ("herbs", "sister"),
    ),
    ("en", "I promise I will come back", "promise", "Leo promised to come back", ("come back",)),
    ("en", "I love music", "like", "Leo likes music", ("music",)),
    ("en", "my father died", "illness", "Leo's father died", ("father",)),
    (
        "pt",
        "Minha irmã Mira está doente",
        "illness",
        "a irmã de Leo, Mira, está doente",
        ("irmã", "Mira"),
    ),
    ("pt", "minha irmã está doente", "illness", "a irmã de Leo está doente", ("irmã",)),
    ("pt", "me chamo Ana", "name", "Leo se chama Ana", ("Ana",)),
    ("pt", "eu moro em Payon", "home", "Leo é ou vive em Payon", ("Payon",)),
    ("pt", "sou ferreiro", "profession", "Leo é ferreiro", ("ferreiro",)),
    ("pt", "estou procurando ervas", "plan", "Leo procura ervas", ("ervas",)),
    (
        "es",
        "Mi hermana Mira está enferma",
        "illness",
        "la hermana de Leo, Mira, está enferma",
        ("hermana", "Mira"),
    ),
    ("es", "me llamo Ana", "name", "Leo se llama Ana", ("Ana",)),
    ("es", "vengo de Payon", "home", "Leo viene de Payon", ("Payon",)),
    ("es", "estoy buscando hierbas", "plan", "Leo busca hierbas", ("hierbas",)),
    ("es", "me gusta la música", "like", "a Leo le gusta la música", ("la música",)),
]


@pytest.mark.parametrize(("language", "line", "kind", "summary", "subjects"), TOLD)
def test_a_plain_telling_becomes_a_fact(language, line, kind, summary, subjects):
    (fact,) = facts_about_player([line], language)
    assert (fact.kind, fact.of("Leo"), fact.subjects) == (kind, summary, subjects)
    assert 4.0 <= fact.importance <= 8.5


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "is my sister ill?"),
        ("en", "if my sister is ill"),
        ("en", "my sister is not ill"),
        ("en", 'he said "my sister is ill"'),
        ("en", "(my sister is ill)"),
        ("en", "you promised me a sword"),
        ("en", "I am you"),
        ("en", "I am tired of this"),
        ("en", "hello"),
        ("pt", "talvez minha irmã esteja doente"),
        ("pt", "minha irmã não está doente"),
        ("es", "si mi hermana está enferma"),
    ],
)
def test_what_is_not_certain_is_no_fact(language, line):
    assert facts_about_player([line], language) == []


def test_a_thing_told_twice_is_one_fact():
    assert len(facts_about_player(["My sister Mira is ill", "my sister Mira is ill!"], "en")) == 1
