"""Events as the map-server reports them: checked, bounded, and turned into what `world` counts.

The map-server is believed that something happened; what cannot be true is refused event by event.
Ids of the game are 32 bits wide; zeny of one event is bounded, so that sums stay whole."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aiworld.errors import AIWorldError, Invalid
from grpc_api import messages
from grpc_api.pb.aiworld.v1 import world_pb2
from grpc_api.report_kinds import MAX_BIG_ID, READERS, Fault, Faulty, label, within
from npcs.safety import decode_raw
from tenants.models import Server
from world.reports.counting import MOST
from world.reports.events import GameEvent, Kind

MOST_CELL = 100_000
MAX_EVENT_ID, MAX_SOURCE = 64, 40
EARLY, LATE = timedelta(seconds=30), timedelta(days=7)
"""How far a clock may be ahead; how late an event may be."""


@dataclass(frozen=True)
class Report:
    events: list[GameEvent] = field(default_factory=list)
    refused: list[world_pb2.RefusedEvent] = field(default_factory=list)
    clamped: list[int] = field(default_factory=list)


def report(request: world_pb2.ReportEventsRequest, server: Server) -> Report:
    """Raises Invalid if there is no event or too many."""
    if not request.events or len(request.events) > MOST:
        raise Invalid(f"send between 1 and {MOST} events", field="events")
    source = messages.label(request.source, MAX_SOURCE)
    now, found = datetime.now(UTC), Report()
    for index, sent in enumerate(request.events):
        try:
            event, clamped = _event(sent, source, server, now)
        except Fault as fault:
            found.refused.append(_refused(index, sent.event_id, fault))
            continue
        found.events.append(event)
        if clamped:
            found.clamped.append(index)
    return found


def _refused(index: int, event_id: str, fault: Fault) -> world_pb2.RefusedEvent:
    short = event_id[:MAX_EVENT_ID]
    return world_pb2.RefusedEvent(index=index, event_id=short, fault=fault.fault, field=fault.field)


def _event(
    sent: world_pb2.GameEvent, source: str, server: Server, now: datetime
) -> tuple[GameEvent, bool]:
    name = sent.WhichOneof("what")
    if not sent.event_id or len(sent.event_id) > MAX_EVENT_ID:
        raise Fault(Faulty.EVENT_FAULT_NO_ID, "event_id")
    if name is None:
        raise Fault(Faulty.EVENT_FAULT_NO_KIND, "what")
    at, clamped = _moment(sent, now)
    place = sent.place
    event = GameEvent(
        digest=digest(source, sent.event_id),
        kind=Kind(name),
        at=at,
        char_id=_character(sent, name),
        name=_name(sent, server),
        map_name=label(place.map, messages.MAX_MAP),
        x=within(place.x, 0, MOST_CELL, "place.x"),
        y=within(place.y, 0, MOST_CELL, "place.y"),
        **READERS[name](getattr(sent, name)),
    )
    return event, clamped


def digest(source: str, event_id: str) -> str:
    both = f"{source}\0{event_id}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(both, digest_size=16).hexdigest()


def _moment(sent: world_pb2.GameEvent, now: datetime) -> tuple[datetime, bool]:
    """When, and whether that is another time than was said."""
    if not sent.HasField("happened_at"):
        return now, True
    try:
        at = messages.moment(sent.happened_at)
    except Invalid:
        return now, True
    if at > now:  # a clock that is a little ahead is no news
        return now, at > now + EARLY
    return (at, False) if at >= now - LATE else (now - LATE, True)


def _character(sent: world_pb2.GameEvent, name: str) -> int | None:
    char_id = sent.player.char_id
    if char_id == 0 and name == "castle_owner":
        return None
    if not 0 < char_id <= MAX_BIG_ID:
        raise Fault(Faulty.EVENT_FAULT_NO_CHARACTER, "player.char_id")
    return char_id


def _name(sent: world_pb2.GameEvent, server: Server) -> str:
    player = sent.player
    if not player.raw_name:
        return label(player.name, messages.MAX_NAME)
    try:
        name = decode_raw(player.raw_name, server.code_page, field="player.raw_name")
    except AIWorldError:
        raise Fault(Faulty.EVENT_FAULT_OUT_OF_RANGE, "player.raw_name") from None
    return label(name, messages.MAX_NAME)
