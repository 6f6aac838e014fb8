"""Log lines that a thread writes: all of them, in order, with what they always say; and when nobody
takes them, nobody waits."""

from __future__ import annotations

import logging
import os
import sys
import threading

import pytest

from aiworld import later_logs, measures
from aiworld.later_logs import LaterHandler, written_later
from tests.grpc_api.calls import until

log = logging.getLogger("tests.later")


@pytest.fixture
def pipe(monkeypatch):
    """Where the root logger writes, and the end that can be read."""
    read, write = os.pipe()
    with open(write, "w") as stream:
        handler = logging.StreamHandler(stream)
        handler.setFormatter(logging.Formatter("%(levelname)s %(threadName)s %(message)s"))
        handler.addFilter(lambda record: "secret" not in record.getMessage())
        monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
        monkeypatch.setattr(logging.getLogger(), "level", logging.INFO)
        yield read
    os.close(read)


def waiting():
    [ours] = [each for each in logging.getLogger().handlers if isinstance(each, LaterHandler)]
    return ours._waiting


def said(pipe):
    return os.read(pipe, 100_000).decode().splitlines()


def test_lines_are_written_in_order_as_their_handler_would(pipe):
    here = threading.current_thread().name
    with written_later():
        for number in range(500):
            log.info("line %d of %s", number, "500")
        log.info("a secret")
        log.debug("nobody asked")
        log.warning("100 % of it")
        try:
            sys.exit("gone")
        except SystemExit:
            log.exception("it ended")
    told = said(pipe)
    assert told[:500] == [f"INFO {here} line {number} of 500" for number in range(500)]
    assert told[500:502] == [f"WARNING {here} 100 % of it", f"ERROR {here} it ended"]
    assert told[-1] == "SystemExit: gone"
    log.info("afterwards")
    assert said(pipe) == [f"INFO {here} afterwards"]


def test_they_are_written_before_the_end_too(pipe):
    with written_later():
        log.info("now")
        assert said(pipe)[0].endswith(" now")  # waits for it


def test_when_nobody_takes_them_they_are_dropped_and_counted(pipe, monkeypatch):
    monkeypatch.setattr(later_logs, "LAST", 60.0)
    before = measures.log_lines_dropped._value.get()
    with written_later(lines=1000):
        for _ in range(1000):
            log.info("x" * 200)  # 200 kB: more than the pipe holds
        until(lambda: not waiting())
        for _ in range(1000):
            log.info("waits")
        for _ in range(77):
            log.info("too much")
        assert measures.log_lines_dropped._value.get() == before + 77
        told = ""
        while "77 log lines were dropped" not in told:
            told += os.read(pipe, 100_000).decode()
    assert told.count(" waits\n") == 1000
    assert "too much" not in told


def test_a_pipe_that_nobody_reads_does_not_hold_up_the_end(pipe, monkeypatch):
    monkeypatch.setattr(later_logs, "LAST", 0.2)
    with written_later():
        for _ in range(1000):
            log.info("x" * 200)
    assert said(pipe)  # so that the thread goes on and ends


def test_a_stream_that_is_gone_ends_nothing(monkeypatch):
    read, write = os.pipe()
    os.close(read)
    with open(write, "w") as stream:
        handler = LaterHandler(logging.StreamHandler(stream))
        before = measures.log_lines_dropped._value.get()
        handler.handle(logging.makeLogRecord({"msg": "nobody hears it"}))
        handler.close()
    assert measures.log_lines_dropped._value.get() == before + 1
