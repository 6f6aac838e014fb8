import pytest

from npcs.composer.perspective import turned

SURE = {
    "en": [
        ("My sister Mira is ill", "your sister Mira is ill"),
        (
            "Hello! I am looking for herbs for my sister.",
            "you are looking for herbs for your sister",
        ),
        ("i'm from Geffen", "you are from Geffen"),
        ("I was born in Payon", "you were born in Payon"),
        ("I will bring you herbs tomorrow", "you will bring me herbs tomorrow"),
        ("My brother and I fought an orc", "your brother and you fought an orc"),
        ("Mira is my sister", "Mira is your sister"),
    ],
    "pt": [
        ("Minha irmã está doente", "sua irmã está doente"),
        ("estou procurando ervas para minha irmã", "está procurando ervas para sua irmã"),
        ("eu moro em Geffen", "você mora em Geffen"),
        ("vou trazer ervas para você", "vai trazer ervas para mim"),
        ("me chamo Leo", "se chama Leo"),
        (
            "minha irmã está doente e preciso de ervas",
            "sua irmã está doente e você precisa de ervas",
        ),
        ("comprei uma espada", "comprou uma espada"),
        ("voltarei amanhã", "voltará amanhã"),
    ],
    "es": [
        ("Mi hermana está enferma", "tu hermana está enferma"),
        ("estoy buscando hierbas para mi hermana", "estás buscando hierbas para tu hermana"),
        ("te traeré hierbas", "me traerás hierbas"),
        ("me gusta el pescado", "te gusta el pescado"),
        ("me llamo Leo", "te llamas Leo"),
        ("perdí mi espada", "perdiste tu espada"),
        ("mi madre vive conmigo", "tu madre vive contigo"),
    ],
}
ROWS = [(language, *row) for language, rows in SURE.items() for row in rows]


@pytest.mark.parametrize(("language", "said", "clause"), ROWS)
def test_words_of_the_player_turn_to_the_second_person(language, said, clause):
    assert turned(said, language).clause == clause


@pytest.mark.parametrize(
    ("said", "clause"),
    [
        ("Mi hermana está enferma", "su hermana está enferma"),
        ("me gusta el pescado", "le gusta el pescado"),
        ("me llamo Leo", "se llama Leo"),
    ],
)
def test_spanish_has_a_formal_address(said, clause):
    assert turned(said, "es", formal=True).clause == clause


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "herbs for my sister"),
        ("en", "we lost our home"),
        ("en", "I think you are nice"),
        ("en", "THE KING IS DEAD"),
        ("pt", "ervas para minha irmã"),
        ("es", "a mí me gusta cantar"),
        ("en", ""),
    ],
)
def test_what_is_not_certain_is_left_to_be_quoted(language, said):
    told = turned(said, language)
    assert told.clause == "" and told.quote == said
