"""One row of the table: a fault under load, and what it cost."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.faults.load import GameServer, Load
from tests.faults.stage import Stage

PATIENCE = 90.0
STORED = {
    "turns": "SELECT request_id FROM {schema}.conversation_turns",
    "memories": "SELECT id FROM {schema}.npc_memories",
    "grants": "SELECT id FROM {schema}.reward_ledger WHERE kind = 'grant'",
}
FOREIGN = """
SELECT count(*) FROM {schema}.conversations WHERE char_id < {low} OR char_id >= {high}
"""


@dataclass
class Row:
    ident: str
    fault: str
    aim: str
    """What the row asks for, in words."""
    lost: dict[str, int] = field(default_factory=dict)
    acknowledged: int = 0
    foreign: int = 0
    failed: int = 0
    """Calls that were not answered, from the fault to the recovery."""
    failures: Counter[str] = field(default_factory=Counter)
    p99_before: float | None = None
    p99_during: float | None = None
    recovered: float | None = None
    missed: str = ""
    """Which part of the aim was not met, and why; empty: all of it was."""


@dataclass
class Measuring:
    stage: Stage
    servers: list[GameServer]
    rows: list[Row]
    long: bool = os.environ.get("FAULTS") == "all"

    def __call__(
        self,
        ident: str,
        fault: str,
        aim: str,
        happen: Callable[[], object],
        *,
        deadline: float = 1.0,
        rate: float = 20.0,
    ) -> Row:
        """`happen` makes the fault and ends it; the load goes on before, meanwhile and after."""
        row = Row(ident, fault, aim)
        with Load(self.stage.address, self.servers, rate=rate, deadline=deadline) as load:
            self._until(lambda: load.recovered(0) is not None)
            time.sleep(5 if self.long else 0.5)
            began = time.monotonic()
            happen()
            ended = time.monotonic()
            self._until(lambda: load.recovered(ended) is not None)
            time.sleep(5 if self.long else 0.5)
        row.p99_before, row.p99_during = load.p99(0, began), load.p99(began, ended)
        row.recovered = load.recovered(ended)
        row.failures = load.failures(began, ended + (row.recovered or 0))
        row.failed = sum(row.failures.values())
        self._look(row, load)
        self.rows.append(row)
        return row

    def _look(self, row: Row, load: Load) -> None:
        row.foreign = load.foreign
        for server, done in zip(self.servers, load.acknowledged, strict=True):
            for kind, query in STORED.items():
                there = {each for (each,) in self.stage.sql(query.format(schema=server.schema))}
                told = getattr(done, kind)
                row.acknowledged += len(told)
                row.lost[kind] = row.lost.get(kind, 0) + len(told - there)
            low, high = server.chars, server.chars + 100_000
            [(count,)] = self.stage.sql(FOREIGN.format(schema=server.schema, low=low, high=high))
            row.foreign += count

    def _until(self, condition: Callable[[], bool]) -> None:
        ends = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < ends, f"no recovery; {self.stage.logs('grpc')[-3000:]}"
            time.sleep(0.05)


def clean(row: Row) -> None:
    """What has to hold in every row, whatever the machine does."""
    assert row.acknowledged > 0
    assert set(row.lost.values()) == {0}, f"acknowledged and lost: {row.lost}"
    assert row.foreign == 0
