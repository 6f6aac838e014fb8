import datetime

from grpc_api.pb.aiworld.v1 import common_pb2 as _common_pb2
from grpc_api.pb.aiworld.v1 import quests_pb2 as _quests_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Act(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACT_UNSPECIFIED: _ClassVar[Act]
    ACT_HELP: _ClassVar[Act]
    ACT_FIGHT: _ClassVar[Act]
    ACT_FLEE: _ClassVar[Act]
    ACT_TALK: _ClassVar[Act]
    ACT_TRADE: _ClassVar[Act]
    ACT_GIVE: _ClassVar[Act]
    ACT_REFUSE: _ClassVar[Act]
    ACT_DECEIVE: _ClassVar[Act]
    ACT_EXPLORE: _ClassVar[Act]
    ACT_WAIT: _ClassVar[Act]
    ACT_REPORT: _ClassVar[Act]
    ACT_PUNISH: _ClassVar[Act]
ACT_UNSPECIFIED: Act
ACT_HELP: Act
ACT_FIGHT: Act
ACT_FLEE: Act
ACT_TALK: Act
ACT_TRADE: Act
ACT_GIVE: Act
ACT_REFUSE: Act
ACT_DECEIVE: Act
ACT_EXPLORE: Act
ACT_WAIT: Act
ACT_REPORT: Act
ACT_PUNISH: Act

class TalkRequest(_message.Message):
    __slots__ = ("request_id", "npc", "player", "text", "raw_text", "place", "first_line_ms", "base_level")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    NPC_FIELD_NUMBER: _ClassVar[int]
    PLAYER_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    RAW_TEXT_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    FIRST_LINE_MS_FIELD_NUMBER: _ClassVar[int]
    BASE_LEVEL_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    npc: str
    player: _common_pb2.Player
    text: str
    raw_text: bytes
    place: _common_pb2.Place
    first_line_ms: int
    base_level: int
    def __init__(self, request_id: _Optional[str] = ..., npc: _Optional[str] = ..., player: _Optional[_Union[_common_pb2.Player, _Mapping]] = ..., text: _Optional[str] = ..., raw_text: _Optional[bytes] = ..., place: _Optional[_Union[_common_pb2.Place, _Mapping]] = ..., first_line_ms: _Optional[int] = ..., base_level: _Optional[int] = ...) -> None: ...

class FetchReplyRequest(_message.Message):
    __slots__ = ("request_id", "npc", "player", "wait_ms")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    NPC_FIELD_NUMBER: _ClassVar[int]
    PLAYER_FIELD_NUMBER: _ClassVar[int]
    WAIT_MS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    npc: str
    player: _common_pb2.Player
    wait_ms: int
    def __init__(self, request_id: _Optional[str] = ..., npc: _Optional[str] = ..., player: _Optional[_Union[_common_pb2.Player, _Mapping]] = ..., wait_ms: _Optional[int] = ...) -> None: ...

class TalkReply(_message.Message):
    __slots__ = ("text", "pages", "emotion", "trust", "trust_change", "source", "recalled", "conversation_id", "turn_id", "language", "intent", "latency_ms", "repeated", "notice", "pending", "offer")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    PAGES_FIELD_NUMBER: _ClassVar[int]
    EMOTION_FIELD_NUMBER: _ClassVar[int]
    TRUST_FIELD_NUMBER: _ClassVar[int]
    TRUST_CHANGE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    RECALLED_FIELD_NUMBER: _ClassVar[int]
    CONVERSATION_ID_FIELD_NUMBER: _ClassVar[int]
    TURN_ID_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    INTENT_FIELD_NUMBER: _ClassVar[int]
    LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    NOTICE_FIELD_NUMBER: _ClassVar[int]
    PENDING_FIELD_NUMBER: _ClassVar[int]
    OFFER_FIELD_NUMBER: _ClassVar[int]
    text: str
    pages: _containers.RepeatedCompositeFieldContainer[_common_pb2.Page]
    emotion: _common_pb2.Emotion
    trust: float
    trust_change: float
    source: _common_pb2.Source
    recalled: _containers.RepeatedCompositeFieldContainer[Memory]
    conversation_id: int
    turn_id: int
    language: str
    intent: str
    latency_ms: int
    repeated: bool
    notice: str
    pending: bool
    offer: _quests_pb2.Quest
    def __init__(self, text: _Optional[str] = ..., pages: _Optional[_Iterable[_Union[_common_pb2.Page, _Mapping]]] = ..., emotion: _Optional[_Union[_common_pb2.Emotion, str]] = ..., trust: _Optional[float] = ..., trust_change: _Optional[float] = ..., source: _Optional[_Union[_common_pb2.Source, str]] = ..., recalled: _Optional[_Iterable[_Union[Memory, _Mapping]]] = ..., conversation_id: _Optional[int] = ..., turn_id: _Optional[int] = ..., language: _Optional[str] = ..., intent: _Optional[str] = ..., latency_ms: _Optional[int] = ..., repeated: _Optional[bool] = ..., notice: _Optional[str] = ..., pending: _Optional[bool] = ..., offer: _Optional[_Union[_quests_pb2.Quest, _Mapping]] = ...) -> None: ...

class TalkChunk(_message.Message):
    __slots__ = ("sentence", "reply", "filler")
    SENTENCE_FIELD_NUMBER: _ClassVar[int]
    REPLY_FIELD_NUMBER: _ClassVar[int]
    FILLER_FIELD_NUMBER: _ClassVar[int]
    sentence: str
    reply: TalkReply
    filler: str
    def __init__(self, sentence: _Optional[str] = ..., reply: _Optional[_Union[TalkReply, _Mapping]] = ..., filler: _Optional[str] = ...) -> None: ...

class Memory(_message.Message):
    __slots__ = ("id", "text", "speaker", "subject", "place", "happened_at", "importance", "score", "shared")
    ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    SPEAKER_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    HAPPENED_AT_FIELD_NUMBER: _ClassVar[int]
    IMPORTANCE_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    SHARED_FIELD_NUMBER: _ClassVar[int]
    id: int
    text: str
    speaker: _common_pb2.Speaker
    subject: str
    place: str
    happened_at: _timestamp_pb2.Timestamp
    importance: float
    score: float
    shared: bool
    def __init__(self, id: _Optional[int] = ..., text: _Optional[str] = ..., speaker: _Optional[_Union[_common_pb2.Speaker, str]] = ..., subject: _Optional[str] = ..., place: _Optional[str] = ..., happened_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., importance: _Optional[float] = ..., score: _Optional[float] = ..., shared: _Optional[bool] = ...) -> None: ...

class Option(_message.Message):
    __slots__ = ("text", "raw_text", "act")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    RAW_TEXT_FIELD_NUMBER: _ClassVar[int]
    ACT_FIELD_NUMBER: _ClassVar[int]
    text: str
    raw_text: bytes
    act: Act
    def __init__(self, text: _Optional[str] = ..., raw_text: _Optional[bytes] = ..., act: _Optional[_Union[Act, str]] = ...) -> None: ...

class DecideRequest(_message.Message):
    __slots__ = ("request_id", "npc", "player", "situation", "raw_situation", "options", "ask_model")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    NPC_FIELD_NUMBER: _ClassVar[int]
    PLAYER_FIELD_NUMBER: _ClassVar[int]
    SITUATION_FIELD_NUMBER: _ClassVar[int]
    RAW_SITUATION_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    ASK_MODEL_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    npc: str
    player: _common_pb2.Player
    situation: str
    raw_situation: bytes
    options: _containers.RepeatedCompositeFieldContainer[Option]
    ask_model: bool
    def __init__(self, request_id: _Optional[str] = ..., npc: _Optional[str] = ..., player: _Optional[_Union[_common_pb2.Player, _Mapping]] = ..., situation: _Optional[str] = ..., raw_situation: _Optional[bytes] = ..., options: _Optional[_Iterable[_Union[Option, _Mapping]]] = ..., ask_model: _Optional[bool] = ...) -> None: ...

class DecideReply(_message.Message):
    __slots__ = ("chosen", "utilities", "source", "decision_id", "repeated")
    CHOSEN_FIELD_NUMBER: _ClassVar[int]
    UTILITIES_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    chosen: int
    utilities: _containers.RepeatedScalarFieldContainer[float]
    source: _common_pb2.Source
    decision_id: int
    repeated: bool
    def __init__(self, chosen: _Optional[int] = ..., utilities: _Optional[_Iterable[float]] = ..., source: _Optional[_Union[_common_pb2.Source, str]] = ..., decision_id: _Optional[int] = ..., repeated: _Optional[bool] = ...) -> None: ...

class RememberRequest(_message.Message):
    __slots__ = ("request_id", "npc", "player", "text", "raw_text", "importance", "subject", "speaker", "happened_at", "place")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    NPC_FIELD_NUMBER: _ClassVar[int]
    PLAYER_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    RAW_TEXT_FIELD_NUMBER: _ClassVar[int]
    IMPORTANCE_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    SPEAKER_FIELD_NUMBER: _ClassVar[int]
    HAPPENED_AT_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    npc: str
    player: _common_pb2.Player
    text: str
    raw_text: bytes
    importance: float
    subject: str
    speaker: _common_pb2.Speaker
    happened_at: _timestamp_pb2.Timestamp
    place: _common_pb2.Place
    def __init__(self, request_id: _Optional[str] = ..., npc: _Optional[str] = ..., player: _Optional[_Union[_common_pb2.Player, _Mapping]] = ..., text: _Optional[str] = ..., raw_text: _Optional[bytes] = ..., importance: _Optional[float] = ..., subject: _Optional[str] = ..., speaker: _Optional[_Union[_common_pb2.Speaker, str]] = ..., happened_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., place: _Optional[_Union[_common_pb2.Place, _Mapping]] = ...) -> None: ...

class RememberReply(_message.Message):
    __slots__ = ("memory_id", "repeated")
    MEMORY_ID_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    memory_id: int
    repeated: bool
    def __init__(self, memory_id: _Optional[int] = ..., repeated: _Optional[bool] = ...) -> None: ...

class RecallRequest(_message.Message):
    __slots__ = ("npc", "player", "query", "raw_query", "limit")
    NPC_FIELD_NUMBER: _ClassVar[int]
    PLAYER_FIELD_NUMBER: _ClassVar[int]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    RAW_QUERY_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    npc: str
    player: _common_pb2.Player
    query: str
    raw_query: bytes
    limit: int
    def __init__(self, npc: _Optional[str] = ..., player: _Optional[_Union[_common_pb2.Player, _Mapping]] = ..., query: _Optional[str] = ..., raw_query: _Optional[bytes] = ..., limit: _Optional[int] = ...) -> None: ...

class RecallReply(_message.Message):
    __slots__ = ("memories",)
    MEMORIES_FIELD_NUMBER: _ClassVar[int]
    memories: _containers.RepeatedCompositeFieldContainer[Memory]
    def __init__(self, memories: _Optional[_Iterable[_Union[Memory, _Mapping]]] = ...) -> None: ...

class ForgetRequest(_message.Message):
    __slots__ = ("player",)
    PLAYER_FIELD_NUMBER: _ClassVar[int]
    player: _common_pb2.Player
    def __init__(self, player: _Optional[_Union[_common_pb2.Player, _Mapping]] = ...) -> None: ...

class ForgetReply(_message.Message):
    __slots__ = ("erased",)
    ERASED_FIELD_NUMBER: _ClassVar[int]
    erased: int
    def __init__(self, erased: _Optional[int] = ...) -> None: ...

class OptOutRequest(_message.Message):
    __slots__ = ("player", "opted_out")
    PLAYER_FIELD_NUMBER: _ClassVar[int]
    OPTED_OUT_FIELD_NUMBER: _ClassVar[int]
    player: _common_pb2.Player
    opted_out: bool
    def __init__(self, player: _Optional[_Union[_common_pb2.Player, _Mapping]] = ..., opted_out: _Optional[bool] = ...) -> None: ...

class OptOutReply(_message.Message):
    __slots__ = ("opted_out",)
    OPTED_OUT_FIELD_NUMBER: _ClassVar[int]
    opted_out: bool
    def __init__(self, opted_out: _Optional[bool] = ...) -> None: ...
