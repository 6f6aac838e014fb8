"""What goes on in the world, out of World.StreamWorldEvents and into the table that scripts look
into: what stock script commands can show, and nothing else."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import grpc

from grpc_api.pb.aiworld.v1 import world_pb2

AGAIN = 5.0
"""Seconds until the platform is listened to again."""
LONGEST_WORD, LONGEST_MAPS = 255, 4000
"""Bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A row of `ai_world_now`. Texts are in the client's code page."""

    id: int
    cursor: str
    is_over: bool = False
    kind: str = ""
    """Empty: nothing that scripts can show."""
    starts_at: int = 0
    ends_at: int = 0
    map: bytes = b""
    x: int = 0
    y: int = 0
    number: int = 0
    word: bytes = b""
    npc: bytes = b""
    maps: bytes = b""

    def columns(self) -> tuple[Any, ...]:
        """Bytes in hexadecimal: none of any code page is read as a quote or a backslash."""
        return (
            self.id, self.kind, self.starts_at, self.ends_at, self.map[:40].hex(), self.x, self.y,
            self.number, self.word[:LONGEST_WORD].hex(), self.npc[:240].hex(), self.maps.hex(),
        )  # fmt: skip


def told(message: world_pb2.WorldMessage, code_page: str, shown: Container[str]) -> Happening:
    """What the message says, if scripts show such kinds."""
    event, cursor = message.event, message.cursor
    if event.state == world_pb2.WORLD_EVENT_STATE_ENDED:
        return Happening(id=event.id, cursor=cursor, is_over=True)
    what = event.WhichOneof("what") or ""
    make = SHOWN.get(what) if what in shown else None
    return Happening(
        id=event.id,
        cursor=cursor,
        starts_at=event.starts_at.seconds,
        ends_at=event.ends_at.seconds,
        **(make(event, code_page) if make else {}),
    )


def _announcement(event: world_pb2.WorldEvent, code_page: str) -> dict[str, Any]:
    said = event.announcement
    return {"kind": "announcement", "word": said.raw_text, "number": said.colour & 0xFFFFFF}


def _weather(event: world_pb2.WorldEvent, code_page: str) -> dict[str, Any]:
    weather = world_pb2.Weather.Name(event.weather.weather).removeprefix("WEATHER_").lower()
    maps = ",".join(event.weather.maps).encode("ascii", "replace")
    if len(maps) > LONGEST_MAPS:
        maps = maps[:LONGEST_MAPS].rpartition(b",")[0]
    return {"kind": "weather", "word": weather.encode(), "maps": maps}


def _arrival(event: world_pb2.WorldEvent, code_page: str) -> dict[str, Any]:
    who = event.npc_arrival
    return {
        "kind": "npc_arrival",
        "word": who.raw_name.split(b"#")[0].split(b":")[0][:23],
        "npc": who.npc.encode(code_page, "replace"),
        "number": int(who.sprite) if who.sprite.isdecimal() and len(who.sprite) < 7 else 0,
        "map": who.map.encode("ascii", "replace"),
        "x": min(who.x, 65_535),
        "y": min(who.y, 65_535),
    }


SHOWN: dict[str, Callable[[world_pb2.WorldEvent, str], dict[str, Any]]] = {
    "announcement": _announcement,
    "weather": _weather,
    "npc_arrival": _arrival,
}


class Listener:
    """A thread that listens until `close`; `wake` is called when something was heard."""

    def __init__(self, listen: Callable[[str], Any], cursor: str, wake: Callable[[], None]) -> None:
        self._listen, self._cursor, self._wake = listen, cursor, wake
        self._stop = threading.Event()
        self._heard = queue.SimpleQueue[world_pb2.WorldMessage | None]()
        self._call: Any = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def heard(self) -> Iterator[world_pb2.WorldMessage | None]:
        """What was heard since the last time; None: forget it all, the platform is another one."""
        while not self._heard.empty():
            yield self._heard.get()

    def close(self) -> None:
        self._stop.set()
        if self._call is not None:
            self._call.cancel()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._call = self._listen(self._cursor)
                self._take(self._call)
            except grpc.RpcError as error:
                if error.code() is grpc.StatusCode.INVALID_ARGUMENT:
                    self._cursor = ""
                    self._heard.put(None)
            except ValueError:
                return  # the channel was closed
            self._stop.wait(AGAIN)

    def _take(self, messages: Iterable[world_pb2.WorldMessage]) -> None:
        for message in messages:
            self._cursor = message.cursor
            if message.HasField("event"):
                self._heard.put(message)
                self._wake()
