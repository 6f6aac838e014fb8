"""Short talks in the languages that came after English, Portuguese and Spanish."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
import yaml

from npcs.appraisal import memorable, trust_effect
from npcs.brief import Brief, Fact, Language, Persona, Recollection, Turn
from npcs.claims import claim
from npcs.composer import compose
from npcs.context import leaning
from npcs.extraction import facts_about_player
from npcs.intents import Intent, classify
from npcs.language import detect
from npcs.safety import clean_reply

TALKS = yaml.safe_load((Path(__file__).parents[1] / "tables/talks.yaml").read_text("utf-8"))
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TRAITS = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism")
TOMAS = Persona(
    key="prontera/tomas", name="Tomas", role="villager", map_name="prontera", x=1, y=1,
    **dict.fromkeys(TRAITS, 0.5), alignment="lawful_good", background="", speech_style="",
)  # fmt: skip


def each(name):
    rows = ((language, talk[name]) for language, talk in TALKS.items())
    return [
        (language, row)
        for language, found in rows
        for row in (found.items() if isinstance(found, dict) else found)
    ]


def brief(text, language, **given):
    persona = replace(TOMAS, **given.pop("persona", {}))
    defaults = {"player_name": "Leo", "trust": 2.0, "met_before": True, "now": NOW}
    return Brief(persona=persona, text=text, language=language, **(defaults | given))


def memory(text, **given):
    weight = {"id": 3, "importance": 8.0, "score": 0.5, "happened_at": NOW - timedelta(days=3)}
    fixed = {"text": text, "speaker": "player", "subject": "", "place": "prontera"}
    return Recollection(**(fixed | weight | given))


def fact(text):
    return Fact(id=7, topic="", text=text, sensitivity=0)


def ask_again(text, language, times, **given):
    recent, answers = (), []
    for at in range(times):
        now = NOW + timedelta(seconds=20 * at)
        answers.append(compose(brief(text, language, recent=recent, **given)))
        recent += (
            Turn(speaker="player", text=text, at=now),
            Turn(speaker="npc", text=answers[-1].text, at=now),
        )
    return answers


def test_every_language_has_its_talks():
    assert {*TALKS, "en", "pt", "es"} == set(get_args(Language))


@pytest.mark.parametrize("language", TALKS)
@pytest.mark.parametrize("formal", [False, True])
def test_it_remembers_what_it_was_told_and_when(language, formal):
    talk = TALKS[language]
    role = {"role": "guard"} if formal else {}
    told = (memory(talk["told"]),)
    answer = compose(brief(talk["asks_sister"], language, memories=told, persona=role))
    assert answer.intent is Intent.remember and answer.used_memories == (3,) and answer.personal
    assert "Mira" in answer.text or talk["recalled"] in answer.text
    assert talk["when"] in answer.text.lower()
    if not formal:
        assert talk["recalled"] in answer.text


@pytest.mark.parametrize("language", TALKS)
def test_the_brother_is_not_answered_with_the_sister(language):
    told = (memory(TALKS[language]["told"], score=0.9),)
    answer = compose(brief(TALKS[language]["asks_brother"], language, memories=told))
    assert TALKS[language]["recalled"] not in answer.text and answer.used_memories == ()


@pytest.mark.parametrize("language", TALKS)
def test_a_stranger_is_told_so(language):
    text = TALKS[language]["remember_me"]
    stranger = compose(brief(text, language, met_before=False))
    assert "Leo" not in stranger.text and stranger.text != compose(brief(text, language)).text


@pytest.mark.parametrize("language", TALKS)
def test_a_fact_is_told_in_its_own_language_and_quoted_in_another(language):
    talk = TALKS[language]
    own = compose(brief(talk["where"], language, facts=(fact(talk["fact"]),)))
    assert own.used_facts == (7,) and talk["own_words"] in own.text.lower()
    assert f'"{talk["fact"]}"' not in own.text and not own.personal
    english = fact("The blacksmith's forge is in the south-west corner.")
    other = compose(brief(talk["where"], language, facts=(english,)))
    assert f'"{english.text}"' in other.text and other.used_facts == (7,)
    asked_in_english = compose(brief("where is the smith?", "en", facts=(fact(talk["fact"]),)))
    assert asked_in_english.used_facts == (7,)


@pytest.mark.parametrize("language", TALKS)
def test_a_fact_about_something_else_is_not_passed_off_as_the_answer(language):
    talk = TALKS[language]
    answer = compose(brief(talk["where_else"], language, facts=(fact(talk["fact"]),)))
    assert answer.used_facts == ()


@pytest.mark.parametrize(("language", "text"), each("six"))
def test_the_same_line_six_times_has_six_answers_in_its_language(language, text):
    answers = [answer.text for answer in ask_again(text, language, 6)]
    assert len(set(answers)) == 6
    wrong = [each for each in answers if detect(each, default=language) != language]
    assert not wrong


@pytest.mark.parametrize("language", TALKS)
def test_a_claim_is_seen_and_moves_nothing(language):
    talk = TALKS[language]
    for text, kind in zip(talk["claims"], talk["claim_kinds"], strict=True):
        assert claim(text, language) == kind, text
        for answer in ask_again(text, language, 3, facts=(fact(talk["fact"]),)):
            assert not answer.used_facts and "1000" not in answer.text


@pytest.mark.parametrize(("language", "text"), each("plain_talk"))
def test_ordinary_talk_is_no_claim_and_every_role_speaks_cleanly(language, text):
    assert claim(text, language) is None
    roles = "guard merchant healer blacksmith sailor innkeeper child elder priest kafra alchemist"
    for role in roles.split():
        for value in (0.1, 0.5, 0.9):
            persona = dict.fromkeys(TRAITS, value) | {"role": role}
            answer = compose(brief(text, language, persona=persona))
            assert answer.text and clean_reply(answer.text) == answer.text
            assert not any(sign in answer.text for sign in "{}[]|()/")


@pytest.mark.parametrize(("language", "row"), each("facts"))
def test_what_is_told_of_oneself_is_a_fact(language, row):
    line, kind = row
    assert [found.kind for found in facts_about_player([line], language)] == [kind]


@pytest.mark.parametrize(("language", "row"), each("asked"))
def test_what_was_told_of_oneself_is_told_back(language, row):
    question, (line, value) = row
    answer = compose(brief(question, language, memories=(memory(line),)))
    assert answer.intent is Intent.remember and value in answer.text
    assert compose(brief(question, language, player_name="Ana")).used_memories == ()


@pytest.mark.parametrize(("language", "line"), each("personal"))
def test_what_is_personal_is_worth_remembering_and_courtesy_is_not(language, line):
    assert classify(line, language) is Intent.statement
    assert memorable(line, language) >= 5.0 > 1.0 >= memorable(TALKS[language]["six"][1], language)


@pytest.mark.parametrize(("language", "row"), each("says_why"))
def test_trust_moves_and_says_why(language, row):
    line, reason = row
    effect = trust_effect(classify(line, language), line, language)
    assert effect.reason == reason and effect.change


@pytest.mark.parametrize(("language", "line"), each("denied"))
def test_a_denied_or_reported_insult_is_none(language, line):
    assert classify(line, language) is not Intent.insult


@pytest.mark.parametrize("language", TALKS)
def test_tell_me_more_leans_on_what_was_said(language):
    assert leaning(TALKS[language]["more"], language) == "more"


@pytest.mark.parametrize("language", TALKS)
def test_a_trait_is_heard(language):
    text = TALKS[language]["where_else"]
    for trait in TRAITS:
        low, high = (
            compose(brief(text, language, persona={trait: value})).text for value in (0.1, 0.9)
        )
        assert low != high
