import datetime

from grpc_api.pb.aiworld.v1 import common_pb2 as _common_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GenerateNpcRequest(_message.Message):
    __slots__ = ("request_id", "map", "role", "days")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    MAP_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    map: str
    role: str
    days: int
    def __init__(self, request_id: _Optional[str] = ..., map: _Optional[str] = ..., role: _Optional[str] = ..., days: _Optional[int] = ...) -> None: ...

class GenerateNpcReply(_message.Message):
    __slots__ = ("npc", "role", "event_id", "until", "source", "repeated")
    NPC_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    npc: NpcArrival
    role: str
    event_id: int
    until: _timestamp_pb2.Timestamp
    source: _common_pb2.Source
    repeated: bool
    def __init__(self, npc: _Optional[_Union[NpcArrival, _Mapping]] = ..., role: _Optional[str] = ..., event_id: _Optional[int] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., source: _Optional[_Union[_common_pb2.Source, str]] = ..., repeated: _Optional[bool] = ...) -> None: ...

class NpcArrival(_message.Message):
    __slots__ = ("npc", "name", "raw_name", "sprite", "map", "x", "y", "left", "bottom", "right", "top")
    NPC_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    RAW_NAME_FIELD_NUMBER: _ClassVar[int]
    SPRITE_FIELD_NUMBER: _ClassVar[int]
    MAP_FIELD_NUMBER: _ClassVar[int]
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    LEFT_FIELD_NUMBER: _ClassVar[int]
    BOTTOM_FIELD_NUMBER: _ClassVar[int]
    RIGHT_FIELD_NUMBER: _ClassVar[int]
    TOP_FIELD_NUMBER: _ClassVar[int]
    npc: str
    name: str
    raw_name: bytes
    sprite: str
    map: str
    x: int
    y: int
    left: int
    bottom: int
    right: int
    top: int
    def __init__(self, npc: _Optional[str] = ..., name: _Optional[str] = ..., raw_name: _Optional[bytes] = ..., sprite: _Optional[str] = ..., map: _Optional[str] = ..., x: _Optional[int] = ..., y: _Optional[int] = ..., left: _Optional[int] = ..., bottom: _Optional[int] = ..., right: _Optional[int] = ..., top: _Optional[int] = ...) -> None: ...

class NpcSeen(_message.Message):
    __slots__ = ("map", "unique_name", "name", "x", "y", "sprite", "ai_enabled")
    MAP_FIELD_NUMBER: _ClassVar[int]
    UNIQUE_NAME_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    SPRITE_FIELD_NUMBER: _ClassVar[int]
    AI_ENABLED_FIELD_NUMBER: _ClassVar[int]
    map: str
    unique_name: str
    name: str
    x: int
    y: int
    sprite: str
    ai_enabled: bool
    def __init__(self, map: _Optional[str] = ..., unique_name: _Optional[str] = ..., name: _Optional[str] = ..., x: _Optional[int] = ..., y: _Optional[int] = ..., sprite: _Optional[str] = ..., ai_enabled: _Optional[bool] = ...) -> None: ...

class SyncNpcsRequest(_message.Message):
    __slots__ = ("npcs",)
    NPCS_FIELD_NUMBER: _ClassVar[int]
    npcs: _containers.RepeatedCompositeFieldContainer[NpcSeen]
    def __init__(self, npcs: _Optional[_Iterable[_Union[NpcSeen, _Mapping]]] = ...) -> None: ...

class SyncNpcsReply(_message.Message):
    __slots__ = ("created", "updated", "unchanged", "keys")
    CREATED_FIELD_NUMBER: _ClassVar[int]
    UPDATED_FIELD_NUMBER: _ClassVar[int]
    UNCHANGED_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    created: int
    updated: int
    unchanged: int
    keys: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, created: _Optional[int] = ..., updated: _Optional[int] = ..., unchanged: _Optional[int] = ..., keys: _Optional[_Iterable[str]] = ...) -> None: ...
