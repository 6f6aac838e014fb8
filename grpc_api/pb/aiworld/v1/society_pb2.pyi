from grpc_api.pb.aiworld.v1 import common_pb2 as _common_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Deed(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DEED_UNSPECIFIED: _ClassVar[Deed]
    DEED_HELP: _ClassVar[Deed]
    DEED_HEAL: _ClassVar[Deed]
    DEED_RESCUE: _ClassVar[Deed]
    DEED_DONATE: _ClassVar[Deed]
    DEED_QUEST: _ClassVar[Deed]
    DEED_DEFEND: _ClassVar[Deed]
    DEED_TRADE: _ClassVar[Deed]
    DEED_INSULT: _ClassVar[Deed]
    DEED_LIE: _ClassVar[Deed]
    DEED_STEAL: _ClassVar[Deed]
    DEED_BETRAY: _ClassVar[Deed]
    DEED_ATTACK: _ClassVar[Deed]
    DEED_MURDER: _ClassVar[Deed]
    DEED_DESECRATE: _ClassVar[Deed]

class FactionAct(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FACTION_ACT_UNSPECIFIED: _ClassVar[FactionAct]
    FACTION_ACT_TREATY: _ClassVar[FactionAct]
    FACTION_ACT_AID: _ClassVar[FactionAct]
    FACTION_ACT_TRADE: _ClassVar[FactionAct]
    FACTION_ACT_INSULT: _ClassVar[FactionAct]
    FACTION_ACT_RAID: _ClassVar[FactionAct]
    FACTION_ACT_BETRAYAL: _ClassVar[FactionAct]
    FACTION_ACT_WAR: _ClassVar[FactionAct]
DEED_UNSPECIFIED: Deed
DEED_HELP: Deed
DEED_HEAL: Deed
DEED_RESCUE: Deed
DEED_DONATE: Deed
DEED_QUEST: Deed
DEED_DEFEND: Deed
DEED_TRADE: Deed
DEED_INSULT: Deed
DEED_LIE: Deed
DEED_STEAL: Deed
DEED_BETRAY: Deed
DEED_ATTACK: Deed
DEED_MURDER: Deed
DEED_DESECRATE: Deed
FACTION_ACT_UNSPECIFIED: FactionAct
FACTION_ACT_TREATY: FactionAct
FACTION_ACT_AID: FactionAct
FACTION_ACT_TRADE: FactionAct
FACTION_ACT_INSULT: FactionAct
FACTION_ACT_RAID: FactionAct
FACTION_ACT_BETRAYAL: FactionAct
FACTION_ACT_WAR: FactionAct

class UpdateKarmaRequest(_message.Message):
    __slots__ = ("request_id", "player", "deed", "weight", "told")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    PLAYER_FIELD_NUMBER: _ClassVar[int]
    DEED_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    TOLD_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    player: _common_pb2.Player
    deed: Deed
    weight: float
    told: str
    def __init__(self, request_id: _Optional[str] = ..., player: _Optional[_Union[_common_pb2.Player, _Mapping]] = ..., deed: _Optional[_Union[Deed, str]] = ..., weight: _Optional[float] = ..., told: _Optional[str] = ...) -> None: ...

class UpdateKarmaReply(_message.Message):
    __slots__ = ("karma", "moved", "alignment", "source", "repeated")
    KARMA_FIELD_NUMBER: _ClassVar[int]
    MOVED_FIELD_NUMBER: _ClassVar[int]
    ALIGNMENT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    karma: int
    moved: int
    alignment: str
    source: _common_pb2.Source
    repeated: bool
    def __init__(self, karma: _Optional[int] = ..., moved: _Optional[int] = ..., alignment: _Optional[str] = ..., source: _Optional[_Union[_common_pb2.Source, str]] = ..., repeated: _Optional[bool] = ...) -> None: ...

class UpdateReputationRequest(_message.Message):
    __slots__ = ("request_id", "player", "faction", "deed", "weight", "told")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    PLAYER_FIELD_NUMBER: _ClassVar[int]
    FACTION_FIELD_NUMBER: _ClassVar[int]
    DEED_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    TOLD_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    player: _common_pb2.Player
    faction: str
    deed: Deed
    weight: float
    told: str
    def __init__(self, request_id: _Optional[str] = ..., player: _Optional[_Union[_common_pb2.Player, _Mapping]] = ..., faction: _Optional[str] = ..., deed: _Optional[_Union[Deed, str]] = ..., weight: _Optional[float] = ..., told: _Optional[str] = ...) -> None: ...

class Opinion(_message.Message):
    __slots__ = ("faction", "score", "tier", "moved", "hops")
    FACTION_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    TIER_FIELD_NUMBER: _ClassVar[int]
    MOVED_FIELD_NUMBER: _ClassVar[int]
    HOPS_FIELD_NUMBER: _ClassVar[int]
    faction: str
    score: int
    tier: str
    moved: int
    hops: int
    def __init__(self, faction: _Optional[str] = ..., score: _Optional[int] = ..., tier: _Optional[str] = ..., moved: _Optional[int] = ..., hops: _Optional[int] = ...) -> None: ...

class UpdateReputationReply(_message.Message):
    __slots__ = ("opinions", "source", "repeated")
    OPINIONS_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    opinions: _containers.RepeatedCompositeFieldContainer[Opinion]
    source: _common_pb2.Source
    repeated: bool
    def __init__(self, opinions: _Optional[_Iterable[_Union[Opinion, _Mapping]]] = ..., source: _Optional[_Union[_common_pb2.Source, str]] = ..., repeated: _Optional[bool] = ...) -> None: ...

class UpdateFactionRequest(_message.Message):
    __slots__ = ("request_id", "source", "target", "act", "intensity", "told")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    ACT_FIELD_NUMBER: _ClassVar[int]
    INTENSITY_FIELD_NUMBER: _ClassVar[int]
    TOLD_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    source: str
    target: str
    act: FactionAct
    intensity: float
    told: str
    def __init__(self, request_id: _Optional[str] = ..., source: _Optional[str] = ..., target: _Optional[str] = ..., act: _Optional[_Union[FactionAct, str]] = ..., intensity: _Optional[float] = ..., told: _Optional[str] = ...) -> None: ...

class UpdateFactionReply(_message.Message):
    __slots__ = ("relation", "strength", "source", "repeated")
    RELATION_FIELD_NUMBER: _ClassVar[int]
    STRENGTH_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    relation: str
    strength: float
    source: _common_pb2.Source
    repeated: bool
    def __init__(self, relation: _Optional[str] = ..., strength: _Optional[float] = ..., source: _Optional[_Union[_common_pb2.Source, str]] = ..., repeated: _Optional[bool] = ...) -> None: ...
