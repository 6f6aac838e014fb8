"""What happened in the game, out of the table of events and into World.ReportEvents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from grpc_api.pb.aiworld.v1 import common_pb2, world_pb2

SOURCE = "tier0"
BATCH = 500


@dataclass(frozen=True, slots=True)
class Event:
    """A row of `ai_world_events`. Texts are in the client's code page."""

    id: int
    kind: str
    happened_at: int
    char_id: int
    name: bytes
    map: bytes
    x: int
    y: int
    a: int
    b: int
    word: bytes


def request(events: Sequence[Event], code_page: str) -> world_pb2.ReportEventsRequest:
    """The same ids for every bridge that sends them: each event counts once."""
    return world_pb2.ReportEventsRequest(
        source=SOURCE, events=[_told(event, code_page) for event in events]
    )


def _told(event: Event, code_page: str) -> world_pb2.GameEvent:
    """Of an unknown kind, or with numbers that cannot be, without its content: the platform
    refuses it by itself."""
    told = world_pb2.GameEvent(
        event_id=f"{event.id}-{event.happened_at}",
        happened_at=Timestamp(seconds=event.happened_at),
        player=common_pb2.Player(char_id=event.char_id, raw_name=event.name),
        place=common_pb2.Place(map=event.map.decode("ascii", "replace"), x=event.x, y=event.y),
    )
    make = KINDS.get(event.kind)
    if make is not None and event.a >= 0 and event.b >= 0:
        getattr(told, event.kind).CopyFrom(make(event, event.word.decode(code_page, "replace")))
    return told


KINDS: dict[str, Callable[[Event, str], Any]] = {
    "log_in": lambda event, word: world_pb2.LogIn(base_level=event.a, job_level=event.b, job=word),
    "log_out": lambda event, word: world_pb2.LogOut(),
    "kill": lambda event, word: world_pb2.Kill(monster_id=event.a, number=event.b),
    "mvp_kill": lambda event, word: world_pb2.MvpKill(monster_id=event.a),
    "death": lambda event, word: world_pb2.Death(monster_id=event.a, killer_char_id=event.b),
    "base_level": lambda event, word: world_pb2.BaseLevel(level=event.a),
    "job_level": lambda event, word: world_pb2.JobLevel(level=event.a, job=word),
    "quest_step": lambda event, word: world_pb2.QuestStep(
        quest_id=event.a,
        state=event.b if event.b in world_pb2.QuestStepState.values() else 0,  # type: ignore[arg-type]
    ),
}
