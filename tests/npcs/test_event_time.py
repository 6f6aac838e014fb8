from datetime import UTC, datetime

import pytest

from npcs.event_time import spans, untimed

SAID = datetime(2023, 5, 20, 12, tzinfo=UTC)  # a Saturday


@pytest.mark.parametrize(
    ("text", "day", "days"),
    [
        ("What did she do in May 2023?", "2023-05-01", 31),
        ("on 7 May 2023", "2023-05-07", 1),
        ("May 7th, 2023", "2023-05-07", 1),
        ("in November", "2022-11-01", 31),
        ("on 2023-02-03", "2023-02-03", 1),
        ("back in 2021", "2021-01-01", 366),
        ("yesterday", "2023-05-19", 1),
        ("3 days ago", "2023-05-17", 1),
        ("last Friday", "2023-05-19", 1),
        ("há três dias", "2023-05-17", 1),
        ("em 15 de março", "2023-03-15", 1),
        ("ayer", "2023-05-19", 1),
        ("3 hari yang lalu", "2023-05-17", 1),
        ("เมื่อวานนี้", "2023-05-19", 1),
        ("3일 전", "2023-05-17", 1),
        ("2023년 4월 12일", "2023-04-12", 1),
    ],
)
def test_what_a_line_says_of_the_time(text, day, days):
    [span] = spans(text, SAID)
    assert datetime.fromtimestamp(span.begin, UTC).date().isoformat() == day
    assert (span.end - span.begin) / 86_400 == days


@pytest.mark.parametrize(
    "text",
    ["May I go?", "I marched home", "the 30th of February", "a decision", "9999999999 days ago"],
)
def test_no_time_is_read_into_a_line(text):
    assert all(span.end - span.begin >= 86_400 for span in spans(text, SAID))
    assert not spans(text, SAID)


def test_the_words_of_a_time_are_not_searched_for():
    assert untimed("What did Ann do 3 days ago?").split() == ["what", "did", "ann", "do", "?"]
    assert "may" in untimed("May I go?")
