from datetime import UTC, datetime, timedelta, timezone

import pytest

from npcs.composer.dates import when

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "en", "pt", "es"),
    [
        (timedelta(minutes=2), "a moment ago", "há pouco", "hace un momento"),
        (timedelta(hours=5), "earlier today", "hoje mais cedo", "hoy mismo"),
        (timedelta(days=1), "yesterday", "ontem", "ayer"),
        (timedelta(days=3), "three days ago", "há três dias", "hace tres días"),
        (timedelta(days=7), "a week ago", "há uma semana", "hace una semana"),
        (timedelta(days=20), "on 3 November", "em 3 de novembro", "el 3 de noviembre"),
        (
            timedelta(days=365),
            "on 23 November 2025",
            "em 23 de novembro de 2025",
            "el 23 de noviembre de 2025",
        ),
        (timedelta(days=-1), "a moment ago", "há pouco", "hace un momento"),
    ],
)
def test_a_date_is_told_as_people_tell_it(ago, en, pt, es):
    assert [when(NOW - ago, NOW, language) for language in ("en", "pt", "es")] == [en, pt, es]


def test_days_are_counted_in_the_clock_of_now():
    late = datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert when(late, NOW.astimezone(timezone(timedelta(hours=-3))), "pt") == "ontem"
