"""The loop of the bridge: one thread and one connection for each game server.

Rows are looked for every 30 ms while somebody talks, and less and less often, down to every
quarter of a second, while nobody does. A finished call wakes the loop at once."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import grpc
import pymysql

from aiworld.breaker import Breaker, NotAsked
from grpc_api.mailbox.asks import Answer, Ask
from grpc_api.mailbox.calls import Calls, Future, Malformed, refused
from grpc_api.mailbox.config import World
from grpc_api.mailbox.events import Event
from grpc_api.mailbox.figures import Figures
from grpc_api.mailbox.happenings import Listener, told
from grpc_api.mailbox.logs import Logs
from grpc_api.mailbox.table import RETRY, Table
from grpc_api.pb.aiworld.v1.world_pb2 import GameEvent

log = logging.getLogger(__name__)

FAST, SLOW, GROWTH = 0.03, 0.25, 1.3
"""Seconds between two looks into the table."""
BACKOFF = (0.5, 1, 2, 4, 8)
"""Seconds until MariaDB is tried again."""
EVERY = {"beat": 3.0, "renew": 1.0, "tidy": 5.0, "health": 60.0, "greet": 10.0, "report": 2.0,
         "logs": 1.0}  # fmt: skip
FAREWELL = 5.0
"""Seconds that calls under way are given when the bridge is stopped."""
LATER = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "OverQuota", "Unavailable", "DeadlineExceeded"}
"""Why what nobody waits for is kept and tried again."""
MOST_INTRODUCED, LOG_BATCH = 10_000, 500
AWAY = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}


@dataclass(frozen=True)
class Call:
    ask: Ask
    future: Future
    at: float


class Bridge:
    def __init__(self, world: World, calls: Calls) -> None:
        self.world = world
        self.calls = calls
        self.breaker = Breaker(f"platform of {world.name}", failures=3, seconds=2.0)
        self._events: queue.Queue[Callable[[], None]] = queue.Queue()
        """What threads of gRPC leave for the loop to do."""
        self._under_way: dict[int, Call] = {}
        self._answers: list[tuple[Ask, Answer]] = []
        self._introduced: set[bytes] = set()
        self._reporting = False
        self._logs = Logs(world.name, world.logs)
        self._log_events: list[GameEvent] = []
        """Not told yet."""
        self._telling_logs = False
        self._told: list[int] = []
        """Events that may be forgotten."""
        self._listener: Listener | None = None
        self._due: dict[str, float] = {}
        self._figures = Figures()
        self._known = False

    def run(self, stop: threading.Event) -> None:
        """Until `stop`; MariaDB may come and go."""
        tried = 0
        while not stop.is_set():
            try:
                with Table(self.world) as table:
                    log.info("%s: connected to MariaDB", self.world.name)
                    tried = 0
                    self._serve(table, stop)
            except (pymysql.Error, OSError) as error:
                wait = BACKOFF[min(tried, len(BACKOFF) - 1)]
                tried += 1
                log.warning("%s: MariaDB is away (%s), again in %s s", self.world.name, error, wait)
                stop.wait(wait)

    def _serve(self, table: Table, stop: threading.Event) -> None:
        cursor = table.cursor() if self.world.world else ""
        if cursor is None:
            log.warning("%s: no table of world events, or no right", self.world.name)
        elif self.world.world:
            self._listener = Listener(
                self.calls.listen, cursor, wake=lambda: self._events.put(lambda: None)
            )
        try:
            self._answer(table, stop)
        finally:
            if self._listener is not None:
                self._listener.close()
            self._listener = None

    def _answer(self, table: Table, stop: threading.Event) -> None:
        self._due.clear()
        self._logs, self._log_events = Logs(self.world.name, self.world.logs), []
        nap = FAST
        while not stop.is_set():
            self._chores(table)
            free = self.world.in_flight - len(self._under_way)
            claimed = table.claim(free) if free else []
            for ask in claimed:
                self._begin(ask)
            nap = FAST if claimed or self._under_way else min(nap * GROWTH, SLOW)
            self._collect(table, nap)
        self._leave(table)

    def _chores(self, table: Table) -> None:
        if self._is_due("greet") and not self._known:
            self._greet()
        if self._is_due("beat"):
            table.beat()
        if self._is_due("renew"):
            table.renew([call.ask for call in self._under_way.values()])
        if self._is_due("tidy"):
            table.tidy()
        if self._told:
            table.forget_events(self._told)
            self._told = []
        if self._listener is not None:
            self._write_world(table, self._listener)
        if self._is_due("report") and not self._reporting:
            self._report(table.events())
        if self._logs.wanted and self._is_due("logs") and not self._telling_logs:
            self._tell_logs(table)
        if self._is_due("health"):
            log.info("%s: health: %s", self.world.name, self._figures.line(table.waiting()))
            self._figures = Figures()

    def _write_world(self, table: Table, listener: Listener) -> None:
        for message in listener.heard():
            if message:
                table.happen(told(message, self.calls.code_page, self.world.world))
            else:
                table.forget_happenings()

    def _is_due(self, chore: str) -> bool:
        now = time.monotonic()
        if now < self._due.get(chore, 0):
            return False
        self._due[chore] = now + EVERY[chore]
        return True

    def _greet(self) -> None:
        """Who we are at the platform. Without it rows are still tried: it may be back any time."""
        call = self.calls.greet()
        call.add_done_callback(lambda done: self._events.put(lambda: self._greeted(done)))

    def _greeted(self, call: Future) -> None:
        if error := _error(call):
            log.warning("%s: AI Sidecar: no handshake: %s", self.world.name, _refusal(error))
            return
        reply = call.result()
        self._known = True
        self.calls.code_page = reply.code_page
        log.info("%s: AI Sidecar: Authenticated as %s", self.world.name, reply.server_id)
        log.info("%s: Schema isolation active: %s", self.world.name, reply.schema_name)
        log.info("%s: integration: ACTIVE (code page %s)", self.world.name, reply.code_page)

    def _report(self, events: list[Event]) -> None:
        """Each counts once, however often it is told; what was not taken is told again."""
        if events:
            self._reporting = True
            ids = [event.id for event in events]
            call = self.calls.report(events)
            call.add_done_callback(lambda done: self._events.put(lambda: self._reported(ids, done)))

    def _reported(self, ids: list[int], call: Future) -> None:
        self._reporting = False
        if error := _error(call):
            log.warning("%s: events are told later: %s", self.world.name, _refusal(error))
            return
        self._told = ids
        self._figures.events += call.result().accepted
        for one in call.result().refused:
            fault = f"{one.fault} {one.field}"
            log.warning("%s: event %s: refused, %s", self.world.name, one.event_id, fault)

    def _tell_logs(self, table: Table) -> None:
        if not self._log_events:
            self._logs.keep(table)
            self._log_events = self._logs.events(table)
        if batch := self._log_events[:LOG_BATCH]:
            self._telling_logs = True
            call, events = self.calls.report_logs(batch), self._log_events
            call.add_done_callback(
                lambda done: self._events.put(lambda: self._logs_told(events, done))
            )

    def _logs_told(self, events: list[GameEvent], call: Future) -> None:
        self._telling_logs = False
        if error := _error(call):
            log.warning("%s: log tables are told later: %s", self.world.name, _refusal(error))
            return
        del events[:LOG_BATCH]
        self._due["logs"] = 0
        self._figures.events += call.result().accepted
        for one in call.result().refused:
            fault = f"{one.fault} {one.field}"
            log.warning("%s: event %s: refused, %s", self.world.name, one.event_id, fault)

    def _begin(self, ask: Ask) -> None:
        try:
            self.breaker.check()
            call = self.calls.start(ask)
        except NotAsked:
            self._answers.append((ask, Answer(reason="UNAVAILABLE")))
        except Malformed as error:
            log.warning("%s: row %d: %s", self.world.name, ask.id, error)
            self._answers.append((ask, Answer(reason="MALFORMED")))
        else:
            self._under_way[ask.id] = Call(ask, call, time.monotonic())
            call.add_done_callback(lambda done: self._events.put(lambda: self._end(ask, done)))

    def _collect(self, table: Table, nap: float) -> None:
        """Waits `nap` seconds for something to happen; writes what there is to write."""
        try:
            if not self._answers:
                self._events.get(timeout=nap)()
            while True:
                self._events.get_nowait()()
        except queue.Empty:
            pass
        while self._answers:
            self._write(table, *self._answers[0])
            self._answers.pop(0)

    def _end(self, ask: Ask, call: Future) -> None:
        began = self._under_way.pop(ask.id)
        error = _error(call)
        if error is None:
            self.breaker.succeeded()
            self._figures.waits.append(time.monotonic() - began.at)
            self._answers.append((ask, self.calls.answer(call.result())))
        elif error.code() is grpc.StatusCode.NOT_FOUND and self._introduce(ask):
            self._under_way[ask.id] = began
        else:
            self._failed(ask, error)

    def _failed(self, ask: Ask, error: Any) -> None:
        if error.code() in AWAY:
            self.breaker.failed()
            self._known = False
        else:
            self.breaker.succeeded()
        log.warning("%s: row %d: %s", self.world.name, ask.id, _refusal(error))
        self._answers.append((ask, refused(ask, error)))

    def _introduce(self, ask: Ask) -> bool:
        """An NPC the platform does not know is made known, once, and then asked again."""
        if not self.world.register_npcs or ask.npc in self._introduced:
            return False
        if len(self._introduced) >= MOST_INTRODUCED:
            self._introduced.clear()
        self._introduced.add(ask.npc)
        call = self.calls.introduce(ask)
        call.add_done_callback(lambda done: self._events.put(lambda: self._begin(ask)))
        return True

    def _write(self, table: Table, ask: Ask, answer: Answer) -> None:
        if answer.reason in LATER and not ask.waits:
            table.put_back([ask], seconds=RETRY)
        elif table.answer(ask, answer):
            self._figures.answered += not answer.reason
            self._figures.own_script += bool(answer.reason)

    def _leave(self, table: Table) -> None:
        """Calls under way are finished, others put back; scripts hear that nobody is here."""
        table.leave()
        until = time.monotonic() + FAREWELL
        while self._under_way and time.monotonic() < until:
            self._collect(table, 0.1)
        left = list(self._under_way.values())
        for call in left:
            call.future.cancel()
        table.put_back([call.ask for call in left])
        log.info("%s: stopped; %d calls put back", self.world.name, len(left))


def _error(call: Future) -> Any:
    """A grpc.RpcError with code and details, or None."""
    try:
        return call.exception()
    except grpc.FutureCancelledError:
        return call


def _refusal(error: Any) -> str:
    return f"{error.code().name}: {error.details()}"
