"""Trades, sales, picks and zeny out of the game's own log tables.

Where the reader is stands in `ai_world_logs`, once the platform has taken what lies before. What is
read again after a crash has the same ids, which the platform counts once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from grpc_api.mailbox.deals import Deals, Row
from grpc_api.pb.aiworld.v1 import world_pb2

log = logging.getLogger(__name__)

SOURCE = "logs"
ROWS = 500
SETTLE = 3
"""Seconds: the companions of younger rows may not be there yet."""
PICKS, ZENY = "picklog", "zenylog"


class Tables(Protocol):
    """The game's database."""

    def log_place(self, table: str) -> int | None: ...
    def keep_log_place(self, places: dict[str, int]) -> None: ...
    def log_end(self, table: str) -> int | None: ...
    def log_rows(self, table: str, after: int, most: int) -> Sequence[tuple[Any, ...]]: ...
    def now(self) -> int: ...


@dataclass
class Found:
    rows: list[Row]
    full: bool = False
    """There may be more rows that are old enough."""


class Logs:
    def __init__(self, name: str, kinds: frozenset[str]) -> None:
        self._name = name
        self._kinds = kinds
        self._deals = Deals(kinds)
        self._read: dict[str, int] = {}
        self._kept: dict[str, int] = {}
        self._begun = False

    @property
    def wanted(self) -> bool:
        return bool(self._kinds)

    def events(self, tables: Tables) -> list[world_pb2.GameEvent]:
        """What has happened since the last time, in the order of the tables."""
        if not self._begun:
            self._begin(tables)
        settled = tables.now() - SETTLE
        picks, zeny = (self._rows(tables, name, settled) for name in (PICKS, ZENY))
        for each in (picks, zeny):
            if each.full:  # its end is not known: the other table may be ahead
                settled = min(settled, each.rows[-1].time)
        told = [event for row in picks.rows for event in self._deals.add_pick(row)]
        told += [event for row in zeny.rows for event in self._deals.add_zeny(row)]
        return told + self._deals.close(settled)

    def keep(self, tables: Tables) -> None:
        """All that was read is told."""
        pick, zeny = self._deals.first_open(self._read.get(PICKS, 0), self._read.get(ZENY, 0))
        now = {name: at - 1 for name, at in ((PICKS, pick), (ZENY, zeny)) if name in self._read}
        if now != self._kept:
            tables.keep_log_place(now)
            self._kept = now

    def _begin(self, tables: Tables) -> None:
        for name in (PICKS, ZENY):
            end = tables.log_end(name)
            if end is None:
                log.warning("%s: no table %s, or no right to read it: not told", self._name, name)
                continue
            place = tables.log_place(name)
            self._read[name] = end if place is None else place
        self._begun = True

    def _rows(self, tables: Tables, name: str, settled: int) -> Found:
        """Up to the first row that is too young: what stands behind it waits, too."""
        if name not in self._read:
            return Found([])
        sent = tables.log_rows(name, self._read[name], ROWS)
        rows: list[Row] = []
        for each in sent:
            row_id, at, kind, char_id, other, amount, place = each
            row = Row(row_id, at, kind, char_id, other, amount, place.split(".")[0])
            if row.time > settled:
                return Found(rows)
            rows.append(row)
            self._read[name] = row.id
        if not rows and (tables.log_end(name) or 0) < self._read[name]:
            self._read[name] = 0  # it was emptied, and counts from the beginning
        return Found(rows, full=len(sent) == ROWS)


def request(events: Sequence[world_pb2.GameEvent]) -> world_pb2.ReportEventsRequest:
    return world_pb2.ReportEventsRequest(source=SOURCE, events=events)
