"""The game's log tables are read and told, each row once, whatever is restarted."""

import time
from dataclasses import replace

import pytest

from grpc_api.mailbox import deals
from grpc_api.mailbox.config import ConfigError, read
from grpc_api.mailbox.logs import Logs
from grpc_api.mailbox.table import Table
from tenants.context import in_tenant
from world.models import EconomicTransaction

TABLE = """
CREATE TABLE {name} (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, time DATETIME NOT NULL, char_id INT NOT NULL,
  {column} INT NOT NULL, type ENUM('M','P','T','V','S','N') NOT NULL, amount INT NOT NULL,
  map VARCHAR(11) NOT NULL
) ENGINE=MyISAM
"""
COLUMN = {"picklog": "nameid", "zenylog": "src_id"}


@pytest.fixture
def tables(root, database):
    for name, column in COLUMN.items():
        root.execute(TABLE.format(name=name, column=column))
        root.execute(f"GRANT SELECT ON {database}.{name} TO 'ai_world_bridge'@'localhost'")
    return root


def write(root, name, kind, char_id, other, amount, *, age=10):
    root.execute(
        f"INSERT INTO {name} (time, type, char_id, {COLUMN[name]}, amount, map)"
        " VALUES (NOW() - INTERVAL %s SECOND, %s, %s, %s, %s, 'prontera')",
        (age, kind, char_id, other, amount),
    )


def reader(*kinds):
    return Logs("midgard", frozenset(kinds or deals.KINDS))


def test_it_begins_at_the_end_and_goes_on_where_it_was(tables, world):
    write(tables, "picklog", "P", 1, 909, 1)
    with Table(world) as table:
        first = reader()
        assert first.events(table) == []
        write(tables, "picklog", "P", 1, 910, 1)
        [told] = first.events(table)
        assert told.item_pick.item_id == 910
        [again] = started_again(table).events(table)  # a crash, before anything was kept
        assert again.event_id == told.event_id
        first.keep(table)
        assert reader().events(table) == []


def started_again(table):
    table.keep_log_place({"picklog": 1, "zenylog": 0})
    return reader()


def test_a_row_that_is_too_young_waits_and_those_behind_it_too(tables, world):
    with Table(world) as table:
        logs = reader()
        logs.events(table)
        write(tables, "picklog", "P", 1, 909, 1)
        write(tables, "picklog", "P", 1, 910, 1, age=0)
        write(tables, "picklog", "P", 1, 911, 1)
        assert [one.item_pick.item_id for one in logs.events(table)] == [909]
        tables.execute("UPDATE picklog SET time = NOW() - INTERVAL 10 SECOND")
        assert [one.item_pick.item_id for one in logs.events(table)] == [910, 911]


def test_more_rows_than_one_look_takes(tables, world, monkeypatch):
    monkeypatch.setattr("grpc_api.mailbox.logs.ROWS", 3)
    with Table(world) as table:
        logs = reader()
        logs.events(table)
        for item in range(1, 6):
            write(tables, "picklog", "P", 1, item, 1, age=60)
        for item in (501, 502):  # a trade at the seam of two looks
            write(tables, "picklog", "T", 2, item, 1)
            write(tables, "picklog", "T", 1, item, -1)
        write(tables, "zenylog", "T", 2, 1, -70)
        write(tables, "zenylog", "T", 1, 2, 70)
        told = [event for _ in range(5) for event in logs.events(table)]
    assert [one.item_pick.item_id for one in told[:5]] == [1, 2, 3, 4, 5]
    [trade] = told[5:]
    [side] = [goods for goods in (trade.trade.given, trade.trade.taken) if goods]  # either tells it
    assert [one.item_id for one in side] == [501, 502]
    assert trade.trade.zeny_given + trade.trade.zeny_taken == 70


def test_a_table_that_was_emptied_is_read_from_its_beginning(tables, world):
    with Table(world) as table:
        logs = reader()
        logs.events(table)
        write(tables, "picklog", "P", 1, 909, 1)
        [before] = logs.events(table)
        tables.execute("TRUNCATE picklog")
        assert logs.events(table) == []
        write(tables, "picklog", "P", 1, 909, 1, age=5)
        [after] = logs.events(table)
    assert after.event_id != before.event_id


def test_a_table_that_is_not_there_is_left_out(tables, world, caplog):
    tables.execute("DROP TABLE zenylog")
    with Table(world) as table:
        logs = reader()
        logs.events(table)
        write(tables, "picklog", "P", 1, 909, 1)
        assert len(logs.events(table)) == 1
        logs.keep(table)
    assert caplog.text.count("no table zenylog") == 1


def test_sales_reach_the_platform_once(started, grpc_address, api_key, tables, world, server):
    with Table(world) as table:
        reader().events(table)
        table.keep_log_place({"picklog": 0, "zenylog": 0})
    seller = 150_000 + int(time.time()) % 100_000
    write(tables, "zenylog", "V", 160_001, seller, -3000)
    write(tables, "zenylog", "V", seller, 160_001, 3000)
    write(tables, "picklog", "V", 160_001, 501, 10)
    write(tables, "picklog", "V", seller, 501, -10)
    for _ in range(2):
        started(grpc_address, api_key, of=replace(world, logs=frozenset({"vending"})))

    def told():
        with in_tenant(server):
            return EconomicTransaction.objects.filter(char_id=seller).count()

    def kept():
        tables.execute("SELECT COUNT(*) FROM ai_world_logs WHERE told > 0")
        return tables.fetchone()[0]

    for _ in range(1200):
        if told() and kept() == 2:
            break
        time.sleep(0.05)
    assert told() == 1 and kept() == 2


def test_what_the_owner_may_wish_for(tmp_path):
    text = "[server a]\ndatabase=r\nuser=u\npassword=p\napi_key=k\nlogs="
    file = tmp_path / "mailbox.conf"
    file.write_text(text + "trade, pick\n")
    assert read(file).worlds[0].logs == {"trade", "pick"}
    for wrong in ("chat\n", "trade\nlog_database=a`b\n"):
        file.write_text(text + wrong)
        with pytest.raises(ConfigError):
            read(file)
