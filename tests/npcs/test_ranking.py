from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from npcs.indexing import Document, Index
from npcs.question import Question
from npcs.ranking import rank, sure

NOW = datetime(2023, 6, 20, 12, tzinfo=UTC)
TALK = [
    ("s1", datetime(2023, 5, 3, tzinfo=UTC), [
        ("Ann", "Hey Ben! Did you get that dog in the end?"),
        ("Ben", "Yes! A small brown terrier, we named him Waffles."),
        ("Ann", "How lovely. I spent the weekend painting a fence with my aunt."),
        ("Ben", "I went climbing at the old quarry and twisted my ankle."),
    ]),
    ("s2", datetime(2023, 6, 10, tzinfo=UTC), [
        ("Ann", "What did you do this week, Ben?"),
        ("Ben", "Not much, the office was noisy and I slept badly."),
        ("Ann", "I started a pottery class yesterday, the teacher is very patient."),
        ("Ben", "Waffles ate my left shoe."),
        ("Ann", "Is the bakery in Main Street still open?"),
        ("Ben", "No, it closed. I got a job as a nurse in Leeds instead of my old one."),
    ]),
]  # fmt: skip


def documents(talk=TALK, language="en"):
    found = []
    for session, at, turns in talk:
        before = ""
        for speaker, text in turns:
            found.append(
                Document(
                    text=text, before=before, speaker=speaker, session=session, at=at,
                    language=language,
                )
            )  # fmt: skip
            before = text
    return found


def found(text, *, talk=TALK, language="en", at=NOW, cosines=()):
    index = Index(documents(talk, language))
    ranking = rank(index, Question(text=text, at=at, language=language), cosines)
    return [index.documents[one].text for one in ranking.best(10)], ranking


def test_an_answer_that_shares_no_word_is_found_by_the_question_before_it():
    best, _ = found("Which dog did Ben get?")
    assert best[0].startswith("Yes! A small brown terrier")


def test_other_forms_of_a_word_are_the_same_word():
    best, _ = found("Who paints fences?")
    assert "painting a fence" in best[0]


def test_the_speaker_who_is_named_goes_before_the_one_who_calls_them():
    talk = [("s", NOW, [("Ann", "Ben, I like cooking soup."), ("Ben", "I like cooking soup too.")])]
    assert found("What does Ben like cooking?", talk=talk)[0][0] == "I like cooking soup too."
    assert found("What does Ann like cooking?", talk=talk)[0][0].startswith("Ben, I like")


@pytest.mark.parametrize(
    "asked",
    ["What did Ann do in May?", "What did Ann do in May 2023?", "What did Ann do 48 days ago?"],
)
def test_a_time_in_the_question_finds_what_was_told_then(asked):
    assert "painting a fence" in found(asked)[0][0]


def test_a_time_in_the_line_counts_as_when_it_happened():
    assert "pottery" in found("What did Ann do on 9 June?")[0][0]


def test_a_name_in_the_best_line_leads_to_what_was_told_of_it():
    best, _ = found("What did the dog that Ben got do to his things?")
    assert "Waffles ate my left shoe." in best[:3]


def test_parts_of_a_question_find_evidence_each():
    best, _ = found("Where did Ben twist his ankle and where does he work?")
    assert any("ankle" in each for each in best[:3])
    assert any("nurse" in each for each in best[:4])


def test_a_near_vector_finds_what_shares_no_word():
    cosines = np.full(10, 0.05)
    cosines[9] = 0.6
    best, ranking = found("What is Ben's profession?", cosines=[cosines])
    assert "nurse" in best[0]
    assert sure(ranking)


def test_lines_without_a_vector_are_found_by_their_words():
    cosines = np.full(10, np.nan)
    cosines[0] = 0.2
    assert "pottery" in found("Who goes to a pottery class?", cosines=[cosines])[0][0]


def test_what_was_never_told_is_not_known():
    _, told = found("Which class did Ann start?")
    _, never = found("Which submarine did Ann sell?")
    assert sure(told) and not sure(never)


def test_what_only_the_other_one_told_is_less_certain():
    _, own = found("Which class did Ann start?")
    _, other = found("Which class did Ben start?")
    assert own.fit > other.fit


RACE = [
    ("s1", NOW - timedelta(days=9), [
        ("Ann", "I ran the charity race in the rain and finished third."),
        ("Ben", "What a wonderful race!"),
        ("Ben", "I bake bread for the whole street on Sundays."),
        ("Ann", "Your bread smells lovely."),
        ("Ann", "How was your climb, Ben?"),
        ("Ben", "Steep, but the view from the quarry was worth it."),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "knows"),
    [
        ("How did Ann do in the charity race?", True),
        ("How did Ben do in the charity race?", False),
        ("What does Ben bake for the street?", True),
        ("What does Ann bake for the street?", False),
        ("How was Ben's climb to the quarry?", True),
    ],
)
def test_what_another_told_of_themselves_answers_nothing_about_the_one_who_is_asked_about(
    asked, knows
):
    assert sure(found(asked, talk=RACE)[1]) is knows


@pytest.mark.parametrize(
    ("language", "told", "there", "nowhere"),
    [
        (
            "en",
            "So Mira still owes me 30 zeny.",
            "What does Mira owe me?",
            "What does Sava owe me?",
        ),
        ("th", "มิราต้องคืนเงินฉัน 30 เซนี", "มิราต้องคืนเงินฉันเท่าไร", "ซาวาต้องคืนเงินฉันเท่าไร"),
    ],
)
def test_a_name_that_nobody_ever_said_is_not_known(language, told, there, nowhere):
    talk = [("s1", NOW, [("player", told), ("player", "1, 2, 3.")])]
    assert sure(found(there, talk=talk, language=language)[1])
    assert not sure(found(nowhere, talk=talk, language=language)[1])


def test_what_is_asked_of_the_present_is_answered_by_the_latest():
    talk = [
        ("a", NOW - timedelta(days=30), [("player", "My home is in Payon.")]),
        ("b", NOW - timedelta(days=2), [("player", "My home is in Geffen.")]),
    ]
    assert "Geffen" in found("Where is my home now?", talk=talk)[0][0]


@pytest.mark.parametrize(
    ("language", "asked", "told"),
    [
        ("pt", "Onde perdi meu anel?", "Perdi o anel perto do poço."),
        ("es", "¿Qué regalos compré?", "Compré un regalo para mi tía."),
        ("id", "Di mana aku kehilangan cincin?", "Cincinku hilang dekat sumur."),
        ("th", "แหวนหายที่ไหน", "ฉันทำแหวนหายใกล้บ่อน้ำ"),
        ("ko", "반지를 어디서 잃어버렸죠?", "우물 근처에서 반지를 잃어버렸어요."),
    ],
)
def test_in_every_language(language, asked, told):
    other = {"th": "วันนี้ฝนตกหนักมาก", "ko": "오늘은 비가 많이 와요."}.get(language, "Zzz bla blub.")
    talk = [("a", NOW, [("player", other), ("player", told), ("player", other)])]
    assert found(asked, talk=talk, language=language)[0][0] == told


def test_an_empty_history_has_nothing():
    ranking = rank(Index([]), Question(text="Who?", at=NOW))
    assert ranking.best(10) == [] and not sure(ranking)
