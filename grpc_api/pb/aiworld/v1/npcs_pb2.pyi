from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

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
