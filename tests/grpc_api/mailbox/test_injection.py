"""Nothing a player or a model can write leaves its place: not the string of a statement, not the
column, not the line of the dialogue."""

import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from grpc_api.mailbox.asks import LONGEST_LINE, Answer, shown, written
from grpc_api.mailbox.table import Table
from tests.grpc_api.mailbox import mariadb, script

BREAKERS = (
    b"'", b"''", b'"', b"\\", b"\\'", b"`", b"%", b"%s", b";", b"--", b"/*", b"#", b"\n", b"\r",
    b"\t", b"\x1a", b"^FF0000", b"<ITEM>501</ITEM>", b"<NAVI>x</NAVI>", b":", b"$", b"{", b"}",
    b"', (SELECT user_pass FROM login))-- ", b"'); DROP TABLE login; -- ",
    b"\xbf'", b"\xbf\\", b"\xbf\\'", b"\x81'", b"\x83\\", b"\x95\\", b"\xe0\\'", b"\xf0\x9f'",
)  # fmt: skip
"""Lead bytes before a quote, and letters of cp932, gbk and big5 that end in a backslash."""
SAID = st.lists(st.one_of(st.sampled_from(BREAKERS), st.binary(max_size=6)), max_size=9).map(
    b"".join
)
NAME = SAID.map(lambda text: text[:24])
NAMES = ("latin1", "utf8mb4", "gbk", "big5", "sjis", "cp932", "euckr", "tis620", "binary")
"""What owners write behind `default_codepage`."""
FUZZ = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(params=NAMES)
def game(request, database_server, database):
    made = mariadb.Game(database_server, database, names=request.param)
    made.names = request.param
    yield made
    made.close()


def test_what_players_write_stays_one_value(game, world, root, database):
    @FUZZ
    @given(said=SAID, name=NAME, unique=NAME)
    @example(said=b"\xbf' OR 1=1 -- ", name=b"\xbf\\", unique=b"\x95\\")
    @example(said=b"\x95\\, (SELECT 1)) -- ", name=b"'", unique=b"\\")
    def stays(said, name, unique):
        npc = b"prontera/" + unique
        row = script.ask(game, kind=b"talk", text=said, name=name, npc=npc)
        [found] = table.claim(1)
        kept = tuple(one.split(b"\0")[0] for one in (said, name, npc))
        assert (found.body, found.name, found.npc) == kept
        assert (found.id, found.kind, found.npc_x, found.char_id) == (row, "talk", 150, 150_001)
        table.answer(found, Answer())

    with Table(world) as table:
        stays()
    root.execute(
        "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = %s", [database]
    )
    assert root.fetchone()[0] == 8  # ours, and the login table


def test_the_connection_is_afterwards_as_it_was(game):
    before = game.query(b"SELECT @@character_set_client, @@collation_connection")
    script.ask(game, kind=b"talk", text=b"Hello")
    assert game.query(b"SELECT @@character_set_client, @@collation_connection") == before


def test_what_the_platform_writes_arrives_as_it_is(game, world):
    @FUZZ
    @given(lines=st.lists(SAID, min_size=1, max_size=5))
    def arrives(lines):
        row = script.ask(game, kind=b"talk", text=b"Hello")
        with Table(world) as table:
            [ask] = table.claim(1)
            assert table.answer(ask, Answer(pages=(tuple(lines),)))
        assert script.read(game, row)[0] == [[shown(line) for line in lines]]
        game.query(b"DELETE FROM ai_world_mailbox WHERE id = %d" % row)

    arrives()


@given(text=st.text(), page=st.sampled_from(("cp1252", "cp874", "cp949", "cp932", "gbk", "big5")))
def test_words_that_were_kept_are_one_line_without_marks(text, page):
    line = written(text, page)
    assert len(line) <= LONGEST_LINE and shown(line) == line
    assert not set("^<>\n\r\t\0") & set(line.decode(page))


def test_every_text_of_the_library_is_escaped_between_quotes():
    checked = 0
    bodies = script.functions()
    assert bodies["AI_Flush"].count("$@ai_event_rows$)") == 1
    bodies["AI_Flush"] = bodies["AI_Flush"].replace(" + $@ai_event_rows$)", ")")
    for name, body in bodies.items():
        for pieces in [*script.statements(body), *([script.event_row()] * (name == "AI_Event"))]:
            for at, piece in enumerate(pieces):
                if piece.startswith('"'):
                    continue
                checked += 1
                if script.TEXT.fullmatch(piece):
                    assert pieces[at - 1].endswith("'\"") and pieces[at + 1].startswith("\"'"), name
                else:
                    assert "$" not in re.sub(r"\$@\w+", "", piece), (name, piece)
    assert checked >= 10


def test_the_library_says_every_statement_with_stock_commands():
    """Nothing that an unchanged map-server does not know."""
    words = set()
    for body in script.functions().values():
        code = re.sub(rf"{script.STRING}|//[^\n]*", "", body)
        words |= set(re.findall(r"\b([a-z_]\w+)\b(?=\s*\()", code))
    assert {word for word in words if word.startswith("ai_")} == set()
    assert {"query_sql", "escape_sql"} <= words


def test_the_bridge_s_user_reaches_nothing_else(database, database_server, world):
    with Table(world) as table:
        for statement in (
            "SELECT * FROM login",
            "INSERT INTO ai_world_mailbox (kind) VALUES ('talk')",
            "DROP TABLE ai_world_lines",
            "CREATE TABLE other (x INT)",
            "SELECT LOAD_FILE('/etc/passwd') INTO OUTFILE '/tmp/x'",
        ):
            with pytest.raises(Exception, match="denied"):
                table._do(statement)
