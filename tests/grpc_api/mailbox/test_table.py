"""Claims, leases and bounds of the mailbox."""

import threading
from dataclasses import replace

import pytest

from grpc_api.mailbox.asks import Answer
from grpc_api.mailbox.table import Table
from tests.grpc_api.mailbox import script

LOST = "UPDATE ai_world_mailbox SET lease_until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND"
SAID = Answer(pages=((b"Aye.",),))


@pytest.fixture
def table(world):
    with Table(world) as made:
        yield made


def ask(game, text=b"Hello", **fields):
    return script.ask(game, kind=b"talk", text=text, **fields)


def ids(asks):
    return [one.id for one in asks]


def test_each_row_is_claimed_by_one_of_many_bridges(game, world):
    rows = [ask(game) for _ in range(60)]
    claimed = []

    def claims():
        with Table(world) as table:
            while found := table.claim(3):
                claimed.extend(ids(found))

    threads = [threading.Thread(target=claims) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == rows


def test_a_row_of_a_bridge_that_died_is_taken_up_and_answered_once(game, table, world, root):
    row = ask(game)
    [dead] = table.claim(10)
    with Table(world) as other:
        assert other.claim(10) == []
        root.execute(
            "UPDATE ai_world_mailbox SET lease_until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND"
        )
        [again] = other.claim(10)
        assert again.request_id == dead.request_id
        assert not table.answer(dead, Answer(pages=((b"too late",),)))
        assert other.answer(again, SAID)
        assert not other.answer(again, SAID)
    assert script.read(game, row)[0] == [[b"Aye."]]


def test_a_claim_that_is_renewed_stays(game, table, world, root):
    ask(game)
    claimed = table.claim(10)
    root.execute(LOST)
    table.renew(claimed)
    with Table(world) as other:
        assert other.claim(10) == []


def test_what_is_put_back_is_anothers(game, table, world):
    row = ask(game)
    table.put_back(table.claim(10))
    with Table(world) as other:
        assert ids(other.claim(10)) == [row]
        other.put_back(other.claim(0), seconds=0)
    assert table.claim(10) == []


def test_what_is_put_back_for_later_waits(game, table, root):
    row = ask(game, waits=0)
    table.put_back(table.claim(10), seconds=60)
    assert table.claim(10) == []
    root.execute("UPDATE ai_world_mailbox SET not_before = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND")
    assert ids(table.claim(10)) == [row]


def test_a_row_nobody_waits_for_any_more_is_not_asked_and_goes(game, table, root):
    row = ask(game)
    root.execute("UPDATE ai_world_mailbox SET expires_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND")
    assert table.claim(10) == [] and table.tidy() == 0
    root.execute("UPDATE ai_world_mailbox SET expires_at = UTC_TIMESTAMP(3) - INTERVAL 90 SECOND")
    assert table.tidy() == 1
    assert script.wait(game, row) == 0


def test_lines_go_with_their_row(game, table, root):
    row = ask(game)
    table.answer(table.claim(1)[0], SAID)
    game.query(b"DELETE FROM ai_world_mailbox WHERE id = %d" % row)
    root.execute("SELECT COUNT(*) FROM ai_world_lines")
    assert root.fetchone()[0] == 0


def test_an_answer_is_bounded_and_in_order(game, table):
    row = ask(game)
    [claimed] = table.claim(1)
    pages = tuple((b"x" * 400, b"%d" % at) for at in range(80))
    assert table.answer(claimed, replace(SAID, pages=pages, choice=1))
    read, farewell = script.read(game, row)
    assert farewell and sum(map(len, read)) == 100
    assert read[0] == [b"x" * 255, b"0"] and read[49][1] == b"49"


def test_waiting_rows_are_found_by_the_index(game, table, root):
    for _ in range(200):
        ask(game)
    for one in table.claim(150):
        table.answer(one, SAID)
    seen = []
    table._rows = lambda statement, *values: seen.append((statement, values)) or []
    table.claim(64)
    assert len(seen) == 2
    for statement, values in seen:
        root.execute("EXPLAIN " + statement, values)
        assert root.fetchone()[5] == "waiting"
