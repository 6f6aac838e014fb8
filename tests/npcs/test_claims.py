from pathlib import Path

import pytest
import yaml

from npcs.claims import Claim, claim

TABLE = yaml.safe_load((Path(__file__).parent / "tables/claims.yaml").read_text("utf-8"))
ROWS = [
    (language, line, kind)
    for kind, languages in TABLE.items()
    for language, lines in languages.items()
    for line in lines
]


@pytest.mark.parametrize(("language", "line", "kind"), ROWS)
def test_a_claim_is_seen_through(language, line, kind):
    assert claim(line, language) is Claim(kind)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "what did I tell you?"),
        ("en", "I am from Geffen"),
        ("en", "I am your friend"),
        ("pt", "o que eu te disse?"),
        ("pt", "eu sou de Payon"),
        ("es", "¿qué te dije?"),
        ("es", "soy tu amigo"),
        ("en", "hello :)"),
    ],
)
def test_plain_talk_is_no_claim(language, line):
    assert claim(line, language) is None
