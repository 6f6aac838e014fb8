"""libai_sidecar_bridge.so as a game uses it: opened, and called through its C functions."""

from __future__ import annotations

import ctypes as c
import select
import socket
import time
from types import SimpleNamespace

CODES = ("ok", "refused", "away", "timeout", "overloaded", "disabled", "invalid", "closed")
STATES = ("disabled", "connecting", "active", "away", "refused")
LEVELS = ("debug", "info", "warning", "error")


class Out(c.Structure):
    """ai_bridge_text: a pointer, as the text may hold a NUL."""

    _fields_ = [("data", c.c_void_p), ("size", c.c_size_t)]

    def bytes(self):
        return c.string_at(self.data, self.size) if self.size else b""


class Field(c.Structure):
    _fields_ = [
        ("name", c.c_char_p),
        ("type", c.c_int),
        ("integer", c.c_int64),
        ("real", c.c_double),
        ("text", Out),
    ]


class Page(c.Structure):
    _fields_ = [("lines", c.POINTER(Out)), ("line_count", c.c_size_t)]


class Result(c.Structure):
    _fields_ = [
        ("token", c.c_uint64),
        ("code", c.c_int),
        ("run_legacy", c.c_int32),
        ("grpc_status", c.c_int32),
        ("method", c.c_char_p),
        ("reason", Out),
        ("message", Out),
        ("retry_after_ms", c.c_uint32),
        ("attempts", c.c_uint32),
        ("took_ms", c.c_uint32),
        ("cached", c.c_int32),
        ("pages", c.POINTER(Page)),
        ("page_count", c.c_size_t),
        ("fields", c.POINTER(Field)),
        ("field_count", c.c_size_t),
        ("more", c.c_int32),
    ]


class Options(c.Structure):
    _fields_ = [
        ("code_page", c.c_char_p),
        ("timeout_ms", c.c_uint32),
        ("columns", c.c_uint32),
        ("lines", c.c_uint32),
        ("request_id", c.c_char_p),
    ]


class Status(c.Structure):
    _fields_ = [
        ("state", c.c_int),
        ("run_legacy", c.c_int32),
        ("server_id", c.c_char * 64),
        ("schema_name", c.c_char * 64),
        ("code_page", c.c_char * 32),
        ("platform_version", c.c_char * 32),
        *[
            (name, c.c_uint64)
            for name in (
                "calls_ok",
                "calls_failed",
                "retries",
                "cache_hits",
                "events_sent",
                "events_dropped",
                "reconnects",
            )
        ],
        *[
            (name, c.c_uint32)
            for name in ("queued", "in_flight", "events_waiting", "cache_entries")
        ],
    ]


LOG = c.CFUNCTYPE(None, c.c_void_p, c.c_int, c.c_char_p)
CAME = c.CFUNCTYPE(None, c.c_void_p, c.POINTER(Result))


def opened(folder):
    library = c.CDLL(str(folder / "libai_sidecar_bridge.so"))
    library.ai_bridge_open.restype = c.c_void_p
    library.ai_bridge_open.argtypes = [c.c_char_p, LOG, c.c_void_p]
    library.ai_bridge_drain.restype = c.c_size_t
    library.ai_bridge_drain.argtypes = [c.c_void_p, c.c_size_t, CAME, c.c_void_p]
    library.ai_bridge_close.argtypes = [c.c_void_p]
    library.ai_bridge_wake_port.restype = c.c_uint16
    library.ai_bridge_wake_port.argtypes = [c.c_void_p]
    library.ai_bridge_status_of.argtypes = [c.c_void_p, c.POINTER(Status)]
    library.ai_bridge_can.argtypes = [c.c_void_p, c.c_char_p]
    library.ai_bridge_event.argtypes = [c.c_void_p, c.POINTER(Field), c.c_size_t]
    library.ai_bridge_act_on.argtypes = [c.c_void_p, c.POINTER(c.c_char_p), c.c_size_t]
    library.ai_bridge_call.argtypes = [
        c.c_void_p,
        c.c_uint64,
        c.c_char_p,
        c.POINTER(Field),
        c.c_size_t,
        c.POINTER(Options),
    ]
    return library


def fields_of(values):
    """An array of fields, and what has to live as long."""
    kept = []
    array = (Field * len(values))()
    for field, (name, value) in zip(array, values.items(), strict=True):
        field.name = name.encode()
        if isinstance(value, float):
            field.type, field.real = 1, value
        elif isinstance(value, int):
            field.type, field.integer = 0, value
        else:
            raw = c.create_string_buffer(value if isinstance(value, bytes) else value.encode())
            kept.append(raw)
            field.type = 2
            field.text = Out(c.addressof(raw), len(raw) - 1)
    return array, kept


class Game:
    """A game's loop around a bridge. `with Game(library, conf) as game`."""

    def __init__(self, library, conf):
        self.library, self.conf = library, conf
        self.lines, self.results, self.world = [], {}, []
        self._log = LOG(lambda _, level, line: self.lines.append((LEVELS[level], line.decode())))
        self._came = CAME(self._take)
        self.bridge, self.wake, self.token = None, None, 0

    def __enter__(self):
        self.bridge = self.library.ai_bridge_open(str(self.conf).encode(), self._log, None)
        if self.bridge and (port := self.library.ai_bridge_wake_port(self.bridge)):
            self.wake = socket.create_connection(("127.0.0.1", port))
        return self

    def __exit__(self, *_):
        self.library.ai_bridge_close(self.bridge)
        if self.wake:
            self.wake.close()

    def _take(self, _, pointer):
        result = pointer.contents
        found = {}
        for field in result.fields[: result.field_count]:
            values = (field.integer, field.real, field.text.bytes(), field.text.bytes())
            found[field.name.decode()] = values[field.type]
        pages = result.pages[: result.page_count]
        made = SimpleNamespace(
            code=CODES[result.code],
            run_legacy=bool(result.run_legacy),
            reason=result.reason.bytes().decode(),
            message=result.message.bytes().decode(),
            attempts=result.attempts,
            retry_after_ms=result.retry_after_ms,
            cached=bool(result.cached),
            pages=[[line.bytes() for line in page.lines[: page.line_count]] for page in pages],
            fields=found,
        )
        if result.token:
            self.results[result.token] = made
        else:
            self.world.append(made)

    def turn(self, seconds=0.05):
        if select.select([self.wake], [], [], seconds)[0]:
            assert self.wake.recv(100)
        self.library.ai_bridge_drain(self.bridge, 0, self._came, None)

    def until(self, condition, seconds=60):
        ends = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < ends, f"it never happened; {self.lines[-8:]}"
            self.turn()

    def call(self, method, values, **options):
        """What the function says, and the token."""
        self.token += 1
        array, kept = fields_of(values)
        chosen = Options(**options)
        code = self.library.ai_bridge_call(
            self.bridge, self.token, method.encode(), array, len(array), c.byref(chosen)
        )
        del kept
        return CODES[code], self.token

    def ask(self, method, values, **options):
        """The result; a refusal to begin with is one too."""
        code, token = self.call(method, values, **options)
        if code != "ok":
            return SimpleNamespace(code=code, attempts=0, fields={}, pages=[], begun=False)
        self.until(lambda: token in self.results)
        return self.results[token]

    def event(self, values):
        array, kept = fields_of(values)
        code = self.library.ai_bridge_event(self.bridge, array, len(array))
        del kept
        return CODES[code]

    def act_on(self, *kinds):
        named = (c.c_char_p * len(kinds))(*[kind.encode() for kind in kinds])
        return CODES[self.library.ai_bridge_act_on(self.bridge, named, len(kinds))]

    @property
    def status(self):
        status = Status()
        self.library.ai_bridge_status_of(self.bridge, c.byref(status))
        return status

    @property
    def state(self):
        return STATES[self.status.state]

    def active(self):
        self.until(lambda: self.state == "active")
        self.turn(0)
        return self

    def logged(self, words):
        return [line for _, line in self.lines if words in line]
