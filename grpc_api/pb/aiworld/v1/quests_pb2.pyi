import datetime

from grpc_api.pb.aiworld.v1 import common_pb2 as _common_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class QuestKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    QUEST_KIND_UNSPECIFIED: _ClassVar[QuestKind]
    QUEST_KIND_KILL: _ClassVar[QuestKind]
    QUEST_KIND_COLLECT: _ClassVar[QuestKind]
    QUEST_KIND_ESCORT: _ClassVar[QuestKind]
    QUEST_KIND_DELIVERY: _ClassVar[QuestKind]
    QUEST_KIND_EXPLORATION: _ClassVar[QuestKind]
    QUEST_KIND_PUZZLE: _ClassVar[QuestKind]
    QUEST_KIND_SOCIAL: _ClassVar[QuestKind]
    QUEST_KIND_BOSS: _ClassVar[QuestKind]

class QuestDifficulty(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    QUEST_DIFFICULTY_UNSPECIFIED: _ClassVar[QuestDifficulty]
    QUEST_DIFFICULTY_TRIVIAL: _ClassVar[QuestDifficulty]
    QUEST_DIFFICULTY_EASY: _ClassVar[QuestDifficulty]
    QUEST_DIFFICULTY_NORMAL: _ClassVar[QuestDifficulty]
    QUEST_DIFFICULTY_HARD: _ClassVar[QuestDifficulty]
    QUEST_DIFFICULTY_EPIC: _ClassVar[QuestDifficulty]
    QUEST_DIFFICULTY_LEGENDARY: _ClassVar[QuestDifficulty]

class QuestStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    QUEST_STATUS_UNSPECIFIED: _ClassVar[QuestStatus]
    QUEST_STATUS_PROPOSED: _ClassVar[QuestStatus]
    QUEST_STATUS_OFFERED: _ClassVar[QuestStatus]
    QUEST_STATUS_ACTIVE: _ClassVar[QuestStatus]
    QUEST_STATUS_COMPLETED: _ClassVar[QuestStatus]
    QUEST_STATUS_FAILED: _ClassVar[QuestStatus]
    QUEST_STATUS_ABANDONED: _ClassVar[QuestStatus]
    QUEST_STATUS_EXPIRED: _ClassVar[QuestStatus]

class ObjectiveKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OBJECTIVE_KIND_UNSPECIFIED: _ClassVar[ObjectiveKind]
    OBJECTIVE_KIND_KILL: _ClassVar[ObjectiveKind]
    OBJECTIVE_KIND_ITEM: _ClassVar[ObjectiveKind]
    OBJECTIVE_KIND_VISIT: _ClassVar[ObjectiveKind]
    OBJECTIVE_KIND_TALK: _ClassVar[ObjectiveKind]
    OBJECTIVE_KIND_ANSWER: _ClassVar[ObjectiveKind]
    OBJECTIVE_KIND_ESCORT: _ClassVar[ObjectiveKind]

class GrantKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GRANT_KIND_UNSPECIFIED: _ClassVar[GrantKind]
    GRANT_KIND_GRANT: _ClassVar[GrantKind]
    GRANT_KIND_REVERSAL: _ClassVar[GrantKind]

class GrantOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GRANT_OUTCOME_UNSPECIFIED: _ClassVar[GrantOutcome]
    GRANT_OUTCOME_GIVEN: _ClassVar[GrantOutcome]
    GRANT_OUTCOME_ALREADY_GIVEN: _ClassVar[GrantOutcome]
    GRANT_OUTCOME_NOT_NOW: _ClassVar[GrantOutcome]
QUEST_KIND_UNSPECIFIED: QuestKind
QUEST_KIND_KILL: QuestKind
QUEST_KIND_COLLECT: QuestKind
QUEST_KIND_ESCORT: QuestKind
QUEST_KIND_DELIVERY: QuestKind
QUEST_KIND_EXPLORATION: QuestKind
QUEST_KIND_PUZZLE: QuestKind
QUEST_KIND_SOCIAL: QuestKind
QUEST_KIND_BOSS: QuestKind
QUEST_DIFFICULTY_UNSPECIFIED: QuestDifficulty
QUEST_DIFFICULTY_TRIVIAL: QuestDifficulty
QUEST_DIFFICULTY_EASY: QuestDifficulty
QUEST_DIFFICULTY_NORMAL: QuestDifficulty
QUEST_DIFFICULTY_HARD: QuestDifficulty
QUEST_DIFFICULTY_EPIC: QuestDifficulty
QUEST_DIFFICULTY_LEGENDARY: QuestDifficulty
QUEST_STATUS_UNSPECIFIED: QuestStatus
QUEST_STATUS_PROPOSED: QuestStatus
QUEST_STATUS_OFFERED: QuestStatus
QUEST_STATUS_ACTIVE: QuestStatus
QUEST_STATUS_COMPLETED: QuestStatus
QUEST_STATUS_FAILED: QuestStatus
QUEST_STATUS_ABANDONED: QuestStatus
QUEST_STATUS_EXPIRED: QuestStatus
OBJECTIVE_KIND_UNSPECIFIED: ObjectiveKind
OBJECTIVE_KIND_KILL: ObjectiveKind
OBJECTIVE_KIND_ITEM: ObjectiveKind
OBJECTIVE_KIND_VISIT: ObjectiveKind
OBJECTIVE_KIND_TALK: ObjectiveKind
OBJECTIVE_KIND_ANSWER: ObjectiveKind
OBJECTIVE_KIND_ESCORT: ObjectiveKind
GRANT_KIND_UNSPECIFIED: GrantKind
GRANT_KIND_GRANT: GrantKind
GRANT_KIND_REVERSAL: GrantKind
GRANT_OUTCOME_UNSPECIFIED: GrantOutcome
GRANT_OUTCOME_GIVEN: GrantOutcome
GRANT_OUTCOME_ALREADY_GIVEN: GrantOutcome
GRANT_OUTCOME_NOT_NOW: GrantOutcome

class QuestObjective(_message.Message):
    __slots__ = ("index", "kind", "target_id", "target_npc", "target_name", "map", "x", "y", "radius", "count", "done", "text", "raw_text", "consumed")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    TARGET_ID_FIELD_NUMBER: _ClassVar[int]
    TARGET_NPC_FIELD_NUMBER: _ClassVar[int]
    TARGET_NAME_FIELD_NUMBER: _ClassVar[int]
    MAP_FIELD_NUMBER: _ClassVar[int]
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    RADIUS_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    RAW_TEXT_FIELD_NUMBER: _ClassVar[int]
    CONSUMED_FIELD_NUMBER: _ClassVar[int]
    index: int
    kind: ObjectiveKind
    target_id: int
    target_npc: str
    target_name: str
    map: str
    x: int
    y: int
    radius: int
    count: int
    done: int
    text: str
    raw_text: bytes
    consumed: bool
    def __init__(self, index: _Optional[int] = ..., kind: _Optional[_Union[ObjectiveKind, str]] = ..., target_id: _Optional[int] = ..., target_npc: _Optional[str] = ..., target_name: _Optional[str] = ..., map: _Optional[str] = ..., x: _Optional[int] = ..., y: _Optional[int] = ..., radius: _Optional[int] = ..., count: _Optional[int] = ..., done: _Optional[int] = ..., text: _Optional[str] = ..., raw_text: _Optional[bytes] = ..., consumed: _Optional[bool] = ...) -> None: ...

class Reward(_message.Message):
    __slots__ = ("zeny", "base_exp", "job_exp", "items")
    ZENY_FIELD_NUMBER: _ClassVar[int]
    BASE_EXP_FIELD_NUMBER: _ClassVar[int]
    JOB_EXP_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    zeny: int
    base_exp: int
    job_exp: int
    items: _containers.RepeatedCompositeFieldContainer[RewardItem]
    def __init__(self, zeny: _Optional[int] = ..., base_exp: _Optional[int] = ..., job_exp: _Optional[int] = ..., items: _Optional[_Iterable[_Union[RewardItem, _Mapping]]] = ...) -> None: ...

class RewardItem(_message.Message):
    __slots__ = ("item_id", "amount")
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    item_id: int
    amount: int
    def __init__(self, item_id: _Optional[int] = ..., amount: _Optional[int] = ...) -> None: ...

class Quest(_message.Message):
    __slots__ = ("id", "npc", "kind", "difficulty", "status", "title", "raw_title", "text", "pages", "objectives", "reward", "slot_id", "time_limit_seconds", "expires_at", "members", "language", "source", "max_members", "ready")
    ID_FIELD_NUMBER: _ClassVar[int]
    NPC_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    DIFFICULTY_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    RAW_TITLE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    PAGES_FIELD_NUMBER: _ClassVar[int]
    OBJECTIVES_FIELD_NUMBER: _ClassVar[int]
    REWARD_FIELD_NUMBER: _ClassVar[int]
    SLOT_ID_FIELD_NUMBER: _ClassVar[int]
    TIME_LIMIT_SECONDS_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    MEMBERS_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    MAX_MEMBERS_FIELD_NUMBER: _ClassVar[int]
    READY_FIELD_NUMBER: _ClassVar[int]
    id: int
    npc: str
    kind: QuestKind
    difficulty: QuestDifficulty
    status: QuestStatus
    title: str
    raw_title: bytes
    text: str
    pages: _containers.RepeatedCompositeFieldContainer[_common_pb2.Page]
    objectives: _containers.RepeatedCompositeFieldContainer[QuestObjective]
    reward: Reward
    slot_id: int
    time_limit_seconds: int
    expires_at: _timestamp_pb2.Timestamp
    members: _containers.RepeatedScalarFieldContainer[int]
    language: str
    source: _common_pb2.Source
    max_members: int
    ready: bool
    def __init__(self, id: _Optional[int] = ..., npc: _Optional[str] = ..., kind: _Optional[_Union[QuestKind, str]] = ..., difficulty: _Optional[_Union[QuestDifficulty, str]] = ..., status: _Optional[_Union[QuestStatus, str]] = ..., title: _Optional[str] = ..., raw_title: _Optional[bytes] = ..., text: _Optional[str] = ..., pages: _Optional[_Iterable[_Union[_common_pb2.Page, _Mapping]]] = ..., objectives: _Optional[_Iterable[_Union[QuestObjective, _Mapping]]] = ..., reward: _Optional[_Union[Reward, _Mapping]] = ..., slot_id: _Optional[int] = ..., time_limit_seconds: _Optional[int] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., members: _Optional[_Iterable[int]] = ..., language: _Optional[str] = ..., source: _Optional[_Union[_common_pb2.Source, str]] = ..., max_members: _Optional[int] = ..., ready: _Optional[bool] = ...) -> None: ...

class GenerateQuestRequest(_message.Message):
    __slots__ = ("request_id", "npc", "player", "account_id", "base_level", "kinds", "place", "party_size", "items")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    NPC_FIELD_NUMBER: _ClassVar[int]
    PLAYER_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    BASE_LEVEL_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    PARTY_SIZE_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    npc: str
    player: _common_pb2.Player
    account_id: int
    base_level: int
    kinds: _containers.RepeatedScalarFieldContainer[QuestKind]
    place: _common_pb2.Place
    party_size: int
    items: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, request_id: _Optional[str] = ..., npc: _Optional[str] = ..., player: _Optional[_Union[_common_pb2.Player, _Mapping]] = ..., account_id: _Optional[int] = ..., base_level: _Optional[int] = ..., kinds: _Optional[_Iterable[_Union[QuestKind, str]]] = ..., place: _Optional[_Union[_common_pb2.Place, _Mapping]] = ..., party_size: _Optional[int] = ..., items: _Optional[_Iterable[int]] = ...) -> None: ...

class GenerateQuestReply(_message.Message):
    __slots__ = ("quest", "repeated", "text", "pages")
    QUEST_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    PAGES_FIELD_NUMBER: _ClassVar[int]
    quest: Quest
    repeated: bool
    text: str
    pages: _containers.RepeatedCompositeFieldContainer[_common_pb2.Page]
    def __init__(self, quest: _Optional[_Union[Quest, _Mapping]] = ..., repeated: _Optional[bool] = ..., text: _Optional[str] = ..., pages: _Optional[_Iterable[_Union[_common_pb2.Page, _Mapping]]] = ...) -> None: ...

class Member(_message.Message):
    __slots__ = ("char_id", "account_id")
    CHAR_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    char_id: int
    account_id: int
    def __init__(self, char_id: _Optional[int] = ..., account_id: _Optional[int] = ...) -> None: ...

class AcceptQuestRequest(_message.Message):
    __slots__ = ("quest_id", "player", "account_id", "party")
    QUEST_ID_FIELD_NUMBER: _ClassVar[int]
    PLAYER_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    quest_id: int
    player: _common_pb2.Player
    account_id: int
    party: _containers.RepeatedCompositeFieldContainer[Member]
    def __init__(self, quest_id: _Optional[int] = ..., player: _Optional[_Union[_common_pb2.Player, _Mapping]] = ..., account_id: _Optional[int] = ..., party: _Optional[_Iterable[_Union[Member, _Mapping]]] = ...) -> None: ...

class QuestReply(_message.Message):
    __slots__ = ("quest", "repeated")
    QUEST_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    quest: Quest
    repeated: bool
    def __init__(self, quest: _Optional[_Union[Quest, _Mapping]] = ..., repeated: _Optional[bool] = ...) -> None: ...

class Progress(_message.Message):
    __slots__ = ("index", "count", "answer", "raw_answer")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    RAW_ANSWER_FIELD_NUMBER: _ClassVar[int]
    index: int
    count: int
    answer: str
    raw_answer: bytes
    def __init__(self, index: _Optional[int] = ..., count: _Optional[int] = ..., answer: _Optional[str] = ..., raw_answer: _Optional[bytes] = ...) -> None: ...

class ReportProgressRequest(_message.Message):
    __slots__ = ("quest_id", "player", "progress")
    QUEST_ID_FIELD_NUMBER: _ClassVar[int]
    PLAYER_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    quest_id: int
    player: _common_pb2.Player
    progress: _containers.RepeatedCompositeFieldContainer[Progress]
    def __init__(self, quest_id: _Optional[int] = ..., player: _Optional[_Union[_common_pb2.Player, _Mapping]] = ..., progress: _Optional[_Iterable[_Union[Progress, _Mapping]]] = ...) -> None: ...

class CompleteQuestRequest(_message.Message):
    __slots__ = ("quest_id", "player")
    QUEST_ID_FIELD_NUMBER: _ClassVar[int]
    PLAYER_FIELD_NUMBER: _ClassVar[int]
    quest_id: int
    player: _common_pb2.Player
    def __init__(self, quest_id: _Optional[int] = ..., player: _Optional[_Union[_common_pb2.Player, _Mapping]] = ...) -> None: ...

class CompleteQuestReply(_message.Message):
    __slots__ = ("quest", "grant", "postponed", "repeated")
    QUEST_FIELD_NUMBER: _ClassVar[int]
    GRANT_FIELD_NUMBER: _ClassVar[int]
    POSTPONED_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    quest: Quest
    grant: Grant
    postponed: bool
    repeated: bool
    def __init__(self, quest: _Optional[_Union[Quest, _Mapping]] = ..., grant: _Optional[_Union[Grant, _Mapping]] = ..., postponed: _Optional[bool] = ..., repeated: _Optional[bool] = ...) -> None: ...

class AbandonQuestRequest(_message.Message):
    __slots__ = ("quest_id", "player")
    QUEST_ID_FIELD_NUMBER: _ClassVar[int]
    PLAYER_FIELD_NUMBER: _ClassVar[int]
    quest_id: int
    player: _common_pb2.Player
    def __init__(self, quest_id: _Optional[int] = ..., player: _Optional[_Union[_common_pb2.Player, _Mapping]] = ...) -> None: ...

class ListQuestsRequest(_message.Message):
    __slots__ = ("player",)
    PLAYER_FIELD_NUMBER: _ClassVar[int]
    player: _common_pb2.Player
    def __init__(self, player: _Optional[_Union[_common_pb2.Player, _Mapping]] = ...) -> None: ...

class ListQuestsReply(_message.Message):
    __slots__ = ("quests",)
    QUESTS_FIELD_NUMBER: _ClassVar[int]
    quests: _containers.RepeatedCompositeFieldContainer[Quest]
    def __init__(self, quests: _Optional[_Iterable[_Union[Quest, _Mapping]]] = ...) -> None: ...

class Grant(_message.Message):
    __slots__ = ("id", "kind", "quest_id", "char_id", "sequence", "reward", "signature", "granted_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    QUEST_ID_FIELD_NUMBER: _ClassVar[int]
    CHAR_ID_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    REWARD_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    GRANTED_AT_FIELD_NUMBER: _ClassVar[int]
    id: int
    kind: GrantKind
    quest_id: int
    char_id: int
    sequence: int
    reward: Reward
    signature: bytes
    granted_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[int] = ..., kind: _Optional[_Union[GrantKind, str]] = ..., quest_id: _Optional[int] = ..., char_id: _Optional[int] = ..., sequence: _Optional[int] = ..., reward: _Optional[_Union[Reward, _Mapping]] = ..., signature: _Optional[bytes] = ..., granted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ClaimGrantsRequest(_message.Message):
    __slots__ = ("player", "last_given", "takes_back")
    PLAYER_FIELD_NUMBER: _ClassVar[int]
    LAST_GIVEN_FIELD_NUMBER: _ClassVar[int]
    TAKES_BACK_FIELD_NUMBER: _ClassVar[int]
    player: _common_pb2.Player
    last_given: int
    takes_back: bool
    def __init__(self, player: _Optional[_Union[_common_pb2.Player, _Mapping]] = ..., last_given: _Optional[int] = ..., takes_back: _Optional[bool] = ...) -> None: ...

class ClaimGrantsReply(_message.Message):
    __slots__ = ("grants",)
    GRANTS_FIELD_NUMBER: _ClassVar[int]
    grants: _containers.RepeatedCompositeFieldContainer[Grant]
    def __init__(self, grants: _Optional[_Iterable[_Union[Grant, _Mapping]]] = ...) -> None: ...

class ConfirmGrantRequest(_message.Message):
    __slots__ = ("grant_id", "player", "signature", "outcome", "given")
    GRANT_ID_FIELD_NUMBER: _ClassVar[int]
    PLAYER_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    GIVEN_FIELD_NUMBER: _ClassVar[int]
    grant_id: int
    player: _common_pb2.Player
    signature: bytes
    outcome: GrantOutcome
    given: Reward
    def __init__(self, grant_id: _Optional[int] = ..., player: _Optional[_Union[_common_pb2.Player, _Mapping]] = ..., signature: _Optional[bytes] = ..., outcome: _Optional[_Union[GrantOutcome, str]] = ..., given: _Optional[_Union[Reward, _Mapping]] = ...) -> None: ...

class ConfirmGrantReply(_message.Message):
    __slots__ = ("repeated", "differs")
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    DIFFERS_FIELD_NUMBER: _ClassVar[int]
    repeated: bool
    differs: bool
    def __init__(self, repeated: _Optional[bool] = ..., differs: _Optional[bool] = ...) -> None: ...
