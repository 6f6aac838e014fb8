from pathlib import Path

import pytest
import yaml

from npcs.folding import fold, root
from npcs.language import detect
from npcs.lexicon import LANGUAGES, read_yaml
from npcs.lexicon.concepts import concepts
from npcs.matching import missing_kin, overlap, subjects, telling
from npcs.retrieval import search_terms

TABLE = yaml.safe_load((Path(__file__).parent / "tables/crosslingual.yaml").read_text())
TOGETHER = ("en", "pt", "es")
SETTINGS = ("same", "wider", "faint", "guarded")


def pairs(name):
    return [tuple(part.strip() for part in line.split("|")) for line in TABLE[name]]


def shared(question, text):
    asked = subjects(question, detect(question, default="en"))
    return overlap(telling(asked), subjects(text)) if not missing_kin(asked, subjects(text)) else 0


@pytest.mark.parametrize(("question", "text"), pairs("meets"))
def test_a_question_meets_what_is_written_in_another_language(question, text):
    assert shared(question, text) >= 1


@pytest.mark.parametrize(("question", "text"), pairs("strangers"))
def test_words_that_only_look_alike_do_not_meet(question, text):
    assert shared(question, text) == 0


@pytest.mark.parametrize(("question", "text"), pairs("meets"))
def test_the_search_in_the_database_meets_it_too(question, text):
    terms = search_terms(question, detect(question, default="en"))
    words = fold(text).replace(",", " ").replace(".", " ").split()
    assert any(word.startswith(term) for word in words for term in terms)


def test_there_are_ideas_enough_and_each_has_its_words():
    assert len(concepts().forms) >= 500
    for language in LANGUAGES:
        assert len(concepts().words[language]) > (2000 if language in TOGETHER else 800)


def listed(language):
    """Idea and words as they are written down."""
    read = read_yaml("npcs.lexicon", "concepts.yaml")
    own = read if language in TOGETHER else read_yaml("npcs.lexicon", f"concepts.{language}.yaml")
    for group in own.keys() - set(SETTINGS):
        for idea, line in own[group].items():
            words = line.split("|")[TOGETHER.index(language)] if language in TOGETHER else line
            yield read["same"].get(f"{group}.{idea}", f"{group}.{idea}"), words.split()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_stands_for_one_idea_in_its_language(language):
    meant = {}
    for key, words in listed(language):
        for word in words:
            bare = root(fold(word if word[-1] == "~" else word.partition("~")[0].partition("/")[0]))
            assert bare == "-" or meant.setdefault(bare, key) == key, (language, bare)


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en", "pt", "es"}))
def test_a_language_with_a_file_of_its_own_has_words_for_most_ideas_and_invents_none(language):
    ideas, own = {key for key, _ in listed("en")}, {key for key, _ in listed(language)}
    assert own <= ideas and len(own) >= 0.85 * len(ideas)


def test_what_the_settings_name_exists():
    read = read_yaml("npcs.lexicon", "concepts.yaml")
    known = concepts()
    named = {*known.faint, *known.wider, *read["same"].values()}
    named |= {key for keys in known.wider.values() for key in keys}
    assert named <= known.forms.keys()


def test_the_ideas_are_read_once():
    assert concepts() is concepts()


@pytest.mark.parametrize(
    ("text", "key", "told"),
    [
        ("what is the seventh well?", "place.well", True),
        ("well, where is the smith?", "place.well", False),
        ("the mine is closed", "place.mine", True),
        ("this sword is mine", "place.mine", False),
        ("my sister's dog", "kin.sister", True),
        ("se llama Rex", "nature.fire", False),
        ("perdí mi anillo", "arms.ring", True),
        ("encontrei as chaves", "stuff.key", True),
        ("¿puedes curarme?", "do.heal", True),
    ],
)
def test_an_idea_is_told_by_its_words(text, key, told):
    assert (key in subjects(text)) is told


def test_a_pet_is_a_dog_or_a_cat_but_a_cat_is_no_dog():
    dog = subjects("my dog is called Rex")
    assert overlap(subjects("what is my pet called?"), dog)
    assert missing_kin(subjects("what is my cat called?"), dog)
