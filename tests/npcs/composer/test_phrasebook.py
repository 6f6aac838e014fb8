import pytest

from npcs.composer.phrasebook import phrasebook
from npcs.korean import with_particles
from npcs.lexicon import LANGUAGES
from npcs.safety import clean_reply

SLOTS = frozenset(
    [
        "name",
        "player",
        "what",
        "What",
        "work",
        "background",
        "background_own",
        "a_role",
        "subject",
        "who",
        "first",
        "places",
        "figure",
        "highest",
        "fact",
        "rumour",
        "when",
        "When",
        "clause",
        "quote",
        "what_asked",
        "What_asked",
        "Echo",
        "echo",
        "Given",
        "who",
        "way",
        "trade",
    ]
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("formal", [False, True])
def test_every_phrasing_leaves_as_it_is_written(language, formal):
    for key, phrases in phrasebook(language, formal).items():
        for phrase in phrases:
            assert phrase.slots <= SLOTS, key
            filled = with_particles(phrase.template.format_map(dict.fromkeys(SLOTS, "xyz")))
            assert clean_reply(filled) == filled


def test_all_languages_know_the_same_keys_and_the_same_tags():
    books = [phrasebook(language, False) for language in LANGUAGES]
    assert all(book.keys() == books[0].keys() for book in books)
    for key in books[0]:
        assert all(
            any(phrase.tag == "any" for phrase in book[key]) or key == "role_work" for book in books
        )
