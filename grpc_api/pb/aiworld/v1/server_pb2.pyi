import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class HandshakeRequest(_message.Message):
    __slots__ = ("protocol_version", "game_server_id", "client", "client_time")
    PROTOCOL_VERSION_FIELD_NUMBER: _ClassVar[int]
    GAME_SERVER_ID_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    CLIENT_TIME_FIELD_NUMBER: _ClassVar[int]
    protocol_version: int
    game_server_id: str
    client: str
    client_time: _timestamp_pb2.Timestamp
    def __init__(self, protocol_version: _Optional[int] = ..., game_server_id: _Optional[str] = ..., client: _Optional[str] = ..., client_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class HandshakeReply(_message.Message):
    __slots__ = ("server_id", "server_name", "schema_name", "protocol_version", "features", "limits", "code_page", "language", "now", "platform_version")
    SERVER_ID_FIELD_NUMBER: _ClassVar[int]
    SERVER_NAME_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_NAME_FIELD_NUMBER: _ClassVar[int]
    PROTOCOL_VERSION_FIELD_NUMBER: _ClassVar[int]
    FEATURES_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    CODE_PAGE_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    NOW_FIELD_NUMBER: _ClassVar[int]
    PLATFORM_VERSION_FIELD_NUMBER: _ClassVar[int]
    server_id: str
    server_name: str
    schema_name: str
    protocol_version: int
    features: _containers.RepeatedScalarFieldContainer[str]
    limits: Limits
    code_page: str
    language: str
    now: _timestamp_pb2.Timestamp
    platform_version: str
    def __init__(self, server_id: _Optional[str] = ..., server_name: _Optional[str] = ..., schema_name: _Optional[str] = ..., protocol_version: _Optional[int] = ..., features: _Optional[_Iterable[str]] = ..., limits: _Optional[_Union[Limits, _Mapping]] = ..., code_page: _Optional[str] = ..., language: _Optional[str] = ..., now: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., platform_version: _Optional[str] = ...) -> None: ...

class Limits(_message.Message):
    __slots__ = ("max_text_length", "max_message_bytes", "max_concurrent_requests", "request_timeout_ms", "calls_per_minute", "calls_per_hour", "talks_per_player", "concurrent_npcs", "concurrent_calls")
    MAX_TEXT_LENGTH_FIELD_NUMBER: _ClassVar[int]
    MAX_MESSAGE_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_CONCURRENT_REQUESTS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_TIMEOUT_MS_FIELD_NUMBER: _ClassVar[int]
    CALLS_PER_MINUTE_FIELD_NUMBER: _ClassVar[int]
    CALLS_PER_HOUR_FIELD_NUMBER: _ClassVar[int]
    TALKS_PER_PLAYER_FIELD_NUMBER: _ClassVar[int]
    CONCURRENT_NPCS_FIELD_NUMBER: _ClassVar[int]
    CONCURRENT_CALLS_FIELD_NUMBER: _ClassVar[int]
    max_text_length: int
    max_message_bytes: int
    max_concurrent_requests: int
    request_timeout_ms: int
    calls_per_minute: int
    calls_per_hour: int
    talks_per_player: int
    concurrent_npcs: int
    concurrent_calls: int
    def __init__(self, max_text_length: _Optional[int] = ..., max_message_bytes: _Optional[int] = ..., max_concurrent_requests: _Optional[int] = ..., request_timeout_ms: _Optional[int] = ..., calls_per_minute: _Optional[int] = ..., calls_per_hour: _Optional[int] = ..., talks_per_player: _Optional[int] = ..., concurrent_npcs: _Optional[int] = ..., concurrent_calls: _Optional[int] = ...) -> None: ...
