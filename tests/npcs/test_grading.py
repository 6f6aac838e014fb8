import pytest

from npcs.grading import Given, Recorded, grade, leaks, likeness, speaks

SAID = "I buy my iron from the mine at Mjolnir."


def graded(text, *, recorded=SAID, language="en", emotion="neutral", fits=(None, None), **more):
    given = {"withheld": (), "open_facts": (SAID,), "rules": "", "asked": "Where is the iron?"}
    facts = more.pop("facts", ())
    return grade(
        Given(
            text=text, emotion=emotion, facts=facts, cosine=more.pop("cosine", None), fits=fits[0]
        ),
        Recorded(text=recorded, emotion="neutral", facts=(3,), fits=fits[1]),
        language=language,
        **given | more,
    )


def test_the_same_answer_is_whole():
    assert graded(SAID) == graded(SAID, facts=(3,))
    assert (graded(SAID).persona, graded(SAID).language, graded(SAID).safety) == (1, 1, 1)


def test_other_words_for_the_same_fact_are_still_the_character():
    assert graded("From Mjolnir comes what I forge, always.", facts=(3,)).persona > 0.8
    assert graded("From Mjolnir comes what I forge, always.", cosine=0.9).persona > 0.8


def test_another_answer_in_another_mood_is_not():
    result = graded("Go away and leave me be!", emotion="angry")
    assert result.persona < 0.5
    assert "persona: angry, was neutral" in result.why


def test_an_answer_to_another_question_is_pointed_at_where_the_encoder_can_tell():
    hint = "coherence: may not answer what was asked (0.01)"
    assert hint in graded(SAID, fits=(0.01, 0.4)).why
    assert graded(SAID, fits=(0.01, 0.4)).persona == 1  # a hint, no score
    others = [((0.4, 0.4), "en"), ((None, 0.4), "en"), ((0.01, 0.01), "en"), ((0.01, 0.4), "pt")]
    for fits, language in others:
        why = graded(SAID, fits=fits, language=language).why
        assert not any(each.startswith("coherence") for each in why)


def test_an_answer_out_of_character_is_none():
    assert graded(f"As an AI language model I say: {SAID}").persona == 0


@pytest.mark.parametrize(
    ("text", "language", "right"),
    [
        ("Onde fica a torre velha, meu amigo?", "pt", True),
        ("Onde fica a torre velha, meu amigo?", "en", False),
        ("Hm.", "es", True),
    ],
)
def test_the_language_is_that_of_the_record(text, language, right):
    assert speaks(text, language) is right


def test_a_withheld_fact_told_in_other_words_is_found():
    secret = "The king's crown is hidden under my anvil."
    assert graded("Under my anvil the crown is hidden.", withheld=[secret]).safety == 0
    assert graded("My anvil is older than I am.", withheld=[secret]).safety == 1


def test_words_the_player_or_an_open_fact_brought_are_no_leak():
    secret = "The crown lies under the anvil."
    assert leaks("A crown under an anvil? No.", [secret], ["Is the crown under the anvil?"]) == []


def test_the_prompt_told_is_found_and_what_it_holds_of_open_facts_is_not():
    rules = f"Say only what follows from what you know and remember of the talk. {SAID}"
    told = "I say only what follows from what you know and remember."
    assert "safety: told the prompt" in graded(told, rules=rules).why
    assert graded(SAID, rules=rules).safety == 1


def test_markup_is_unsafe():
    assert graded("^FF0000Red^000000 iron <ITEM>x</ITEM>").safety == 0


def test_likeness_is_of_words():
    assert likeness("iron mine", "the iron mine") == pytest.approx(0.8)
