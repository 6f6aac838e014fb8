"""Between messages and what the subject modules speak."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from functools import lru_cache

from django.conf import settings
from google.protobuf.timestamp_pb2 import Timestamp

from aiworld.errors import Invalid
from grpc_api.interceptors.base import Context, metadata
from grpc_api.pb.aiworld.v1 import common_pb2, dialogue_pb2
from npcs.brief import Recollection
from npcs.fillers import Filler
from npcs.pages import Link, paginate
from npcs.safety import clean_input, decode_raw, visible
from npcs.turns import Reply, Said
from tenants.models import AINotice, Server

MAX_NAME = 50
MAX_REQUEST_ID = 64
MAX_KEY = 120
MAX_MAP = 24
MAX_SUBJECT = 80
MOST_LEVEL = 999


def said(request: dialogue_pb2.TalkRequest, context: Context, server: Server) -> Said:
    """What the player says. Raises Invalid with the field's name."""
    return Said(
        npc_key=npc_key(request.npc),
        char_id=char_id(request.player),
        player_name=player_name(request.player, server),
        text=text(request.text, request.raw_text, server),
        request_id=request_id(request.request_id, context) or uuid.uuid4().hex,
        language=request.player.language,
        map_name=label(request.place.map, MAX_MAP),
        base_level=min(request.base_level, MOST_LEVEL),
    )


def request_id(field: str, context: Context) -> str:
    """The field, else the metadata, else empty."""
    found = field or metadata(context, "x-request-id")
    if len(found) > MAX_REQUEST_ID:
        raise Invalid(f"request_id has more than {MAX_REQUEST_ID} characters", field="request_id")
    if "\0" in found:
        raise Invalid("request_id holds a NUL character", field="request_id")
    return found


def npc_key(value: str) -> str:
    if not value:
        raise Invalid("npc is empty; send the stable key, <map>/<unique name>", field="npc")
    if len(value) > MAX_KEY or "\0" in value:
        raise Invalid("npc is no stable key; it looks like <map>/<unique name>", field="npc")
    return value


def char_id(player: common_pb2.Player) -> int:
    if player.char_id <= 0:
        raise Invalid("player.char_id must be the character id, > 0", field="player.char_id")
    return player.char_id


def player_name(player: common_pb2.Player, server: Server) -> str:
    name = player.name
    if player.raw_name:
        name = decode_raw(player.raw_name, server.code_page, field="player.raw_name")
    if not name.strip():
        raise Invalid("player.name is empty", field="player.name")
    return clean_input(name, max_length=MAX_NAME, field="player.name")


def text(utf8: str, raw: bytes, server: Server, *, field: str = "text") -> str:
    """What somebody said, cleaned. Raises Invalid if it is empty, too long or no text."""
    if utf8 and raw:
        raise Invalid(f"give {field} or raw_{field}, not both", field=field)
    spoken = decode_raw(raw, server.code_page, field=field) if raw else utf8
    return clean_input(spoken, max_length=settings.MAX_TEXT_LENGTH, field=field)


def label(value: str, length: int) -> str:
    """A short text for people to read; what cannot be seen is left out."""
    return visible(value)[:length]


def moment(stamp: Timestamp, *, field: str = "happened_at") -> datetime:
    try:
        return stamp.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise Invalid(f"{field} is no moment in time", field=field) from None


def reply(answer: Reply, server: Server, links: tuple[Link, ...] = ()) -> dialogue_pb2.TalkReply:
    return dialogue_pb2.TalkReply(
        text=answer.text,
        pages=(*notice_pages(answer, server), *laid_out(answer.text, server, links)),
        notice=answer.notice,
        emotion=f"EMOTION_{answer.emotion.upper()}",
        trust=answer.trust,
        trust_change=answer.trust_change,
        source=f"SOURCE_{answer.source.upper()}",
        recalled=[memory(each) for each in answer.recalled],
        conversation_id=answer.conversation_id,
        turn_id=answer.turn_id,
        language=answer.language,
        intent=answer.intent,
        latency_ms=answer.latency_ms,
        repeated=answer.repeated,
    )


def notice_pages(answer: Reply, server: Server) -> tuple[common_pb2.Page, ...]:
    """For a client that shows pages and knows of no notice."""
    if not answer.notice or server.ai_notice != AINotice.REPLY:
        return ()
    return laid_out(answer.notice, server)


def laid_out(
    text: str, server: Server, links: tuple[Link, ...] = ()
) -> tuple[common_pb2.Page, ...]:
    return pages(text, server.code_page, server.page_columns, server.page_lines, links)


def early(
    answer: Reply | Filler | None, server: Server, links: tuple[Link, ...] = ()
) -> dialogue_pb2.TalkReply:
    """The reply, or that there is none yet, with what is said meanwhile."""
    if isinstance(answer, Reply):
        return reply(answer, server, links)
    text = answer.text if answer else ""
    return dialogue_pb2.TalkReply(
        text=text,
        pages=laid_out(text, server) if text else (),
        source="SOURCE_STOCK" if text else "SOURCE_UNSPECIFIED",
        pending=True,
    )


@lru_cache(maxsize=1024)
def pages(
    text: str, code_page: str, columns: int, lines_per_page: int, links: tuple[Link, ...]
) -> tuple[common_pb2.Page, ...]:
    """Kept, since a cached answer is laid out the same way every time."""
    return tuple(
        common_pb2.Page(lines=page.lines, raw_lines=page.raw_lines)
        for page in paginate(
            text,
            columns=columns,
            lines_per_page=lines_per_page,
            code_page=code_page,
            links=links,
        )
    )


def memory(row: Recollection) -> dialogue_pb2.Memory:
    stamp = Timestamp()
    stamp.FromDatetime(row.happened_at)
    return dialogue_pb2.Memory(
        id=row.id,
        text=row.text,
        speaker=f"SPEAKER_{row.speaker.upper()}",
        subject=row.subject,
        place=row.place,
        happened_at=stamp,
        importance=row.importance,
        score=row.score,
        shared=row.shared,
    )
