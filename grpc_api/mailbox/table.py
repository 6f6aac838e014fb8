"""The mailbox in the game server's MySQL or MariaDB, over one connection of its own.

A row is claimed for a few seconds and the claim is renewed while a call is under way: what a
bridge that died had claimed is taken up by the next. Who answers has to hold the claim still, so
of two bridges one answers."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import Any, Self

import pymysql
from pymysql.constants import ER

from grpc_api.mailbox.asks import Answer, Ask, unmarked
from grpc_api.mailbox.config import World
from grpc_api.mailbox.events import BATCH as EVENTS
from grpc_api.mailbox.events import Event
from grpc_api.mailbox.happenings import Happening

LEASE = 5
"""Seconds."""
KEPT = 60
"""Seconds a row stays after nobody waits for it any more."""
RETRY = 15
"""Seconds until what nobody waits for is tried again."""
BATCH = 500

NOW = "UTC_TIMESTAMP(3)"
FREE = f"`state` = 0 AND (`not_before` IS NULL OR `not_before` <= {NOW})"
LOST = f"`state` = 1 AND `lease_until` < {NOW}"
MINE = "`id` IN %s AND `claim` IN %s AND `state` = 1"
LEFT = f"TIMESTAMPDIFF(MICROSECOND, {NOW}, `expires_at`)"
COLUMNS = (
    "`id`, `claim`, `kind`, `waits`, `npc`, `npc_x`, `npc_y`, `char_id`, `account_id`,"
    f" `base_level`, `name`, `body`, `number`, `asked_at`, {LEFT}"
)
"""As the fields of an Ask."""
OTHER = {"picklog": "nameid", "zenylog": "src_id"}
"""A column of each log table."""
NOT_OURS = {
    ER.NO_SUCH_TABLE, ER.TABLEACCESS_DENIED_ERROR, ER.DBACCESS_DENIED_ERROR, ER.BAD_DB_ERROR,
}  # fmt: skip


class Table:
    def __init__(self, world: World) -> None:
        """Raises pymysql.Error."""
        self.name = uuid.uuid4().hex
        self._log_database = world.log_database or world.database
        self._connection = pymysql.connect(
            host=world.host,
            port=world.port,
            unix_socket=world.socket or None,
            user=world.user,
            password=world.password,
            database=world.database,
            charset="utf8mb4",
            sql_mode="STRICT_ALL_TABLES",
            autocommit=True,
            connect_timeout=5,
            read_timeout=10,
            write_timeout=10,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        self._connection.close()

    def claim(self, most: int) -> list[Ask]:
        """At most so many rows that wait, now this bridge's. Costs one indexed read if none do."""
        waiting: list[int] = []
        for which in (FREE, LOST):
            found = self._rows(
                "SELECT `id` FROM `ai_world_mailbox` FORCE INDEX (`waiting`)"  # nosec B608
                f" WHERE {which} AND `expires_at` > {NOW} ORDER BY `id` LIMIT %s",
                most - len(waiting),
            )
            waiting += [row[0] for row in found]
        return self._claimed(waiting) if waiting else []

    def _claimed(self, ids: list[int]) -> list[Ask]:
        round_of = uuid.uuid4().hex
        self._do(
            f"UPDATE `ai_world_mailbox` SET `state` = 1, `claim` = %s, `lease_until` = {_in(LEASE)}"  # nosec B608
            f" WHERE `id` IN %s AND (({FREE}) OR ({LOST}))",
            round_of,
            ids,
        )
        rows = self._rows(
            f"SELECT {COLUMNS} FROM `ai_world_mailbox` WHERE `id` IN %s AND `claim` = %s"  # nosec B608
            " ORDER BY `id`",
            ids,
            round_of,
        )
        return [unmarked(Ask(*row)) for row in rows]

    def renew(self, asks: Collection[Ask]) -> None:
        if asks:
            self._do(
                f"UPDATE `ai_world_mailbox` SET `lease_until` = {_in(LEASE)} WHERE {MINE}",  # nosec B608
                *_named(asks),
            )

    def answer(self, ask: Ask, answer: Answer) -> bool:
        """False if somebody else holds the row by now, or nobody does."""
        self._connection.begin()
        try:
            mine = self._do(
                "UPDATE `ai_world_mailbox` SET `state` = %s, `choice` = %s, `reason` = %s"  # nosec B608
                f" WHERE {MINE}",
                3 if answer.reason else 2,
                answer.choice,
                answer.reason[:40],
                *_named([ask]),
            )
            if mine and ask.waits:
                self._write(ask.id, answer.lines)
            elif mine:
                self._do("DELETE FROM `ai_world_mailbox` WHERE `id` = %s", ask.id)
            self._connection.commit()
        except Exception:
            self._connection.rollback()
            raise
        return bool(mine)

    def _write(self, ask: int, lines: Sequence[tuple[int, bytes]]) -> None:
        """In hexadecimal: no byte of any code page is read as a quote or a backslash."""
        if lines:
            values = ", ".join(["(%s, %s, %s, UNHEX(%s))"] * len(lines))
            found = [
                value
                for n, (page, line) in enumerate(lines)
                for value in (ask, n, page, line.hex())
            ]
            self._do(
                f"INSERT INTO `ai_world_lines` (`ask`, `n`, `page`, `line`) VALUES {values}",  # nosec B608
                *found,
            )

    def put_back(self, asks: Collection[Ask], *, seconds: int = 0) -> None:
        """For another bridge, or for later."""
        if asks:
            self._do(
                "UPDATE `ai_world_mailbox` SET `state` = 0, `claim` = NULL,"  # nosec B608
                f" `not_before` = {_in(seconds)} WHERE {MINE}",
                *_named(asks),
            )

    def events(self) -> list[Event]:
        """The oldest that were not told yet; several bridges may tell the same ones."""
        rows = self._rows(
            "SELECT `id`, `kind`, `happened_at`, `char_id`, `name`, `map`, `x`, `y`, `a`, `b`,"
            " `word` FROM `ai_world_events` ORDER BY `id` LIMIT %s",
            EVENTS,
        )
        return [unmarked(Event(*row)) for row in rows]

    def forget_events(self, ids: Collection[int]) -> None:
        if ids:
            self._do("DELETE FROM `ai_world_events` WHERE `id` IN %s", list(ids))

    def now(self) -> int:
        """Seconds since 1970, by the database's clock."""
        return int(self._rows("SELECT UNIX_TIMESTAMP()")[0][0])

    def log_end(self, table: str) -> int | None:
        """The last row of a log table; None: it is not there, or not for the bridge's user."""
        try:
            rows = self._rows(f"SELECT COALESCE(MAX(`id`), 0) FROM {self._log(table)}")  # nosec B608
        except pymysql.Error as error:
            if error.args[0] in NOT_OURS:
                return None
            raise
        return int(rows[0][0])

    def log_rows(self, table: str, after: int, most: int) -> Sequence[tuple[Any, ...]]:
        """As the fields of a deals.Row; the oldest first."""
        return self._rows(
            "SELECT `id`, UNIX_TIMESTAMP(`time`), `type`, `char_id`,"  # nosec B608
            f" `{OTHER[table]}`, `amount`, `map` FROM {self._log(table)} WHERE `id` > %s"
            " ORDER BY `id` LIMIT %s",
            after,
            most,
        )

    def log_place(self, table: str) -> int | None:
        """Last row that was told; None: none ever was."""
        rows = self._rows("SELECT `told` FROM `ai_world_logs` WHERE `name` = %s", table)
        return int(rows[0][0]) if rows else None

    def keep_log_place(self, places: dict[str, int]) -> None:
        for table, told in places.items():
            self._do(
                "INSERT INTO `ai_world_logs` (`name`, `told`) VALUES (%s, %s)"
                " ON DUPLICATE KEY UPDATE `told` = VALUES(`told`)",
                table,
                told,
            )

    def cursor(self) -> str | None:
        """How far the world's events were read; empty: not at all; None: there is no such table,
        or it is not for the bridge's user."""
        try:
            rows = self._rows("SELECT `value` FROM `ai_world_cursor` WHERE `name` = 'world'")
        except pymysql.Error as error:
            if error.args[0] in NOT_OURS:
                return None
            raise
        return str(rows[0][0]) if rows else ""

    def happen(self, what: Happening) -> None:
        """It goes on, or is over; and how far was read."""
        self._connection.begin()
        try:
            self._do(
                "DELETE FROM `ai_world_now` WHERE `ends_at` > 0 AND `ends_at` < UNIX_TIMESTAMP()"
            )
            if what.is_over:
                self._do("DELETE FROM `ai_world_now` WHERE `id` = %s", what.id)
            elif what.kind:
                self._do(
                    "REPLACE INTO `ai_world_now` (`id`, `kind`, `starts_at`, `ends_at`, `map`, `x`,"
                    " `y`, `number`, `word`, `npc`, `maps`) VALUES (%s, %s, %s, %s, UNHEX(%s), %s,"
                    " %s, %s, UNHEX(%s), UNHEX(%s), UNHEX(%s))",
                    *what.columns(),
                )
            self._do(
                "REPLACE INTO `ai_world_cursor` (`name`, `value`) VALUES ('world', %s)", what.cursor
            )
            self._connection.commit()
        except Exception:
            self._connection.rollback()
            raise

    def forget_happenings(self) -> None:
        """The platform does not know the cursor: it is another one's."""
        self._do("DELETE FROM `ai_world_now`")
        self._do("DELETE FROM `ai_world_cursor`")

    def _log(self, table: str) -> str:
        return f"`{self._log_database}`.`{table}`"

    def beat(self) -> None:
        """Scripts ask nobody if no bridge was seen for ten seconds."""
        self._do(
            f"INSERT INTO `ai_world_bridges` (`name`, `seen_at`) VALUES (%s, {NOW})"  # nosec B608
            f" ON DUPLICATE KEY UPDATE `seen_at` = {NOW}",
            self.name,
        )

    def leave(self) -> None:
        self._do("DELETE FROM `ai_world_bridges` WHERE `name` = %s", self.name)

    def tidy(self) -> int:
        """Rows nobody waits for, and bridges that are gone; returns how many rows."""
        self._do(f"DELETE FROM `ai_world_bridges` WHERE `seen_at` < {_in(-KEPT)}")  # nosec B608
        return self._do(
            f"DELETE FROM `ai_world_mailbox` WHERE `expires_at` < {_in(-KEPT)} LIMIT {BATCH}"  # nosec B608
        )

    def waiting(self) -> int:
        """How many rows are neither answered nor given up."""
        rows = self._rows(
            "SELECT COUNT(*) FROM (SELECT 1 FROM `ai_world_mailbox`"  # nosec B608
            f" WHERE `state` < 2 AND `expires_at` > {NOW} LIMIT 10000) AS `w`"
        )
        return int(rows[0][0])

    def _do(self, statement: str, *values: Any) -> int:
        with self._connection.cursor() as cursor:
            return int(cursor.execute(statement, values or None))

    def _rows(self, statement: str, *values: Any) -> Sequence[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return list(cursor.fetchall())


def _in(seconds: int) -> str:
    return f"{NOW} + INTERVAL {seconds:d} SECOND"


def _named(asks: Collection[Ask]) -> tuple[list[int], list[str]]:
    return [ask.id for ask in asks], [ask.claim for ask in asks]
