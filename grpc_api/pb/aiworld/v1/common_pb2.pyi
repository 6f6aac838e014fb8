from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class Emotion(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EMOTION_UNSPECIFIED: _ClassVar[Emotion]
    EMOTION_NEUTRAL: _ClassVar[Emotion]
    EMOTION_HAPPY: _ClassVar[Emotion]
    EMOTION_SAD: _ClassVar[Emotion]
    EMOTION_ANGRY: _ClassVar[Emotion]
    EMOTION_FEARFUL: _ClassVar[Emotion]
    EMOTION_SURPRISED: _ClassVar[Emotion]
    EMOTION_DISGUSTED: _ClassVar[Emotion]
    EMOTION_EXCITED: _ClassVar[Emotion]
    EMOTION_ANXIOUS: _ClassVar[Emotion]
    EMOTION_CONTENT: _ClassVar[Emotion]
    EMOTION_FRUSTRATED: _ClassVar[Emotion]
    EMOTION_CURIOUS: _ClassVar[Emotion]

class Source(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SOURCE_UNSPECIFIED: _ClassVar[Source]
    SOURCE_LLM: _ClassVar[Source]
    SOURCE_CACHE: _ClassVar[Source]
    SOURCE_SEMANTIC_CACHE: _ClassVar[Source]
    SOURCE_TEMPLATE: _ClassVar[Source]
    SOURCE_COMPOSER: _ClassVar[Source]
    SOURCE_STOCK: _ClassVar[Source]
    SOURCE_STAFF: _ClassVar[Source]

class Speaker(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SPEAKER_UNSPECIFIED: _ClassVar[Speaker]
    SPEAKER_PLAYER: _ClassVar[Speaker]
    SPEAKER_NPC: _ClassVar[Speaker]
    SPEAKER_OTHER: _ClassVar[Speaker]
EMOTION_UNSPECIFIED: Emotion
EMOTION_NEUTRAL: Emotion
EMOTION_HAPPY: Emotion
EMOTION_SAD: Emotion
EMOTION_ANGRY: Emotion
EMOTION_FEARFUL: Emotion
EMOTION_SURPRISED: Emotion
EMOTION_DISGUSTED: Emotion
EMOTION_EXCITED: Emotion
EMOTION_ANXIOUS: Emotion
EMOTION_CONTENT: Emotion
EMOTION_FRUSTRATED: Emotion
EMOTION_CURIOUS: Emotion
SOURCE_UNSPECIFIED: Source
SOURCE_LLM: Source
SOURCE_CACHE: Source
SOURCE_SEMANTIC_CACHE: Source
SOURCE_TEMPLATE: Source
SOURCE_COMPOSER: Source
SOURCE_STOCK: Source
SOURCE_STAFF: Source
SPEAKER_UNSPECIFIED: Speaker
SPEAKER_PLAYER: Speaker
SPEAKER_NPC: Speaker
SPEAKER_OTHER: Speaker

class Player(_message.Message):
    __slots__ = ("char_id", "name", "raw_name", "language")
    CHAR_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    RAW_NAME_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    char_id: int
    name: str
    raw_name: bytes
    language: str
    def __init__(self, char_id: _Optional[int] = ..., name: _Optional[str] = ..., raw_name: _Optional[bytes] = ..., language: _Optional[str] = ...) -> None: ...

class Place(_message.Message):
    __slots__ = ("map", "x", "y")
    MAP_FIELD_NUMBER: _ClassVar[int]
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    map: str
    x: int
    y: int
    def __init__(self, map: _Optional[str] = ..., x: _Optional[int] = ..., y: _Optional[int] = ...) -> None: ...

class Page(_message.Message):
    __slots__ = ("lines", "raw_lines")
    LINES_FIELD_NUMBER: _ClassVar[int]
    RAW_LINES_FIELD_NUMBER: _ClassVar[int]
    lines: _containers.RepeatedScalarFieldContainer[str]
    raw_lines: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, lines: _Optional[_Iterable[str]] = ..., raw_lines: _Optional[_Iterable[bytes]] = ...) -> None: ...
