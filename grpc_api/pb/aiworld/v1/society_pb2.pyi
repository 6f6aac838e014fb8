from grpc_api.pb.aiworld.v1 import common_pb2 as _common_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SocialAct(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SOCIAL_ACT_UNSPECIFIED: _ClassVar[SocialAct]
    SOCIAL_ACT_CHAT: _ClassVar[SocialAct]
    SOCIAL_ACT_JOKE: _ClassVar[SocialAct]
    SOCIAL_ACT_COMPLIMENT: _ClassVar[SocialAct]
    SOCIAL_ACT_GIFT: _ClassVar[SocialAct]
    SOCIAL_ACT_HELP: _ClassVar[SocialAct]
    SOCIAL_ACT_COMFORT: _ClassVar[SocialAct]
    SOCIAL_ACT_TRADE: _ClassVar[SocialAct]
    SOCIAL_ACT_APOLOGY: _ClassVar[SocialAct]
    SOCIAL_ACT_TEASE: _ClassVar[SocialAct]
    SOCIAL_ACT_ARGUMENT: _ClassVar[SocialAct]
    SOCIAL_ACT_INSULT: _ClassVar[SocialAct]
    SOCIAL_ACT_THREAT: _ClassVar[SocialAct]
    SOCIAL_ACT_BETRAYAL: _ClassVar[SocialAct]

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

class EconomyAdvice(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ECONOMY_ADVICE_UNSPECIFIED: _ClassVar[EconomyAdvice]
    ECONOMY_ADVICE_NOTHING: _ClassVar[EconomyAdvice]
    ECONOMY_ADVICE_TAX: _ClassVar[EconomyAdvice]
    ECONOMY_ADVICE_EASE: _ClassVar[EconomyAdvice]
    ECONOMY_ADVICE_WATCH: _ClassVar[EconomyAdvice]
SOCIAL_ACT_UNSPECIFIED: SocialAct
SOCIAL_ACT_CHAT: SocialAct
SOCIAL_ACT_JOKE: SocialAct
SOCIAL_ACT_COMPLIMENT: SocialAct
SOCIAL_ACT_GIFT: SocialAct
SOCIAL_ACT_HELP: SocialAct
SOCIAL_ACT_COMFORT: SocialAct
SOCIAL_ACT_TRADE: SocialAct
SOCIAL_ACT_APOLOGY: SocialAct
SOCIAL_ACT_TEASE: SocialAct
SOCIAL_ACT_ARGUMENT: SocialAct
SOCIAL_ACT_INSULT: SocialAct
SOCIAL_ACT_THREAT: SocialAct
SOCIAL_ACT_BETRAYAL: SocialAct
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
ECONOMY_ADVICE_UNSPECIFIED: EconomyAdvice
ECONOMY_ADVICE_NOTHING: EconomyAdvice
ECONOMY_ADVICE_TAX: EconomyAdvice
ECONOMY_ADVICE_EASE: EconomyAdvice
ECONOMY_ADVICE_WATCH: EconomyAdvice

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

class ProcessSocialInteractionRequest(_message.Message):
    __slots__ = ("request_id", "npc", "other_npc", "player", "act", "weight", "told")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    NPC_FIELD_NUMBER: _ClassVar[int]
    OTHER_NPC_FIELD_NUMBER: _ClassVar[int]
    PLAYER_FIELD_NUMBER: _ClassVar[int]
    ACT_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    TOLD_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    npc: str
    other_npc: str
    player: _common_pb2.Player
    act: SocialAct
    weight: float
    told: str
    def __init__(self, request_id: _Optional[str] = ..., npc: _Optional[str] = ..., other_npc: _Optional[str] = ..., player: _Optional[_Union[_common_pb2.Player, _Mapping]] = ..., act: _Optional[_Union[SocialAct, str]] = ..., weight: _Optional[float] = ..., told: _Optional[str] = ...) -> None: ...

class Feeling(_message.Message):
    __slots__ = ("npc", "toward", "value", "moved")
    NPC_FIELD_NUMBER: _ClassVar[int]
    TOWARD_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    MOVED_FIELD_NUMBER: _ClassVar[int]
    npc: str
    toward: str
    value: float
    moved: float
    def __init__(self, npc: _Optional[str] = ..., toward: _Optional[str] = ..., value: _Optional[float] = ..., moved: _Optional[float] = ...) -> None: ...

class ProcessSocialInteractionReply(_message.Message):
    __slots__ = ("felt", "shared", "source", "repeated")
    FELT_FIELD_NUMBER: _ClassVar[int]
    SHARED_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    felt: _containers.RepeatedCompositeFieldContainer[Feeling]
    shared: str
    source: _common_pb2.Source
    repeated: bool
    def __init__(self, felt: _Optional[_Iterable[_Union[Feeling, _Mapping]]] = ..., shared: _Optional[str] = ..., source: _Optional[_Union[_common_pb2.Source, str]] = ..., repeated: _Optional[bool] = ...) -> None: ...

class AnalyzeEconomyRequest(_message.Message):
    __slots__ = ("request_id", "days")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    days: int
    def __init__(self, request_id: _Optional[str] = ..., days: _Optional[int] = ...) -> None: ...

class Suspicion(_message.Message):
    __slots__ = ("item_id", "transaction_id", "price", "usual", "score", "there", "back")
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    TRANSACTION_ID_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    USUAL_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    THERE_FIELD_NUMBER: _ClassVar[int]
    BACK_FIELD_NUMBER: _ClassVar[int]
    item_id: int
    transaction_id: int
    price: float
    usual: float
    score: float
    there: int
    back: int
    def __init__(self, item_id: _Optional[int] = ..., transaction_id: _Optional[int] = ..., price: _Optional[float] = ..., usual: _Optional[float] = ..., score: _Optional[float] = ..., there: _Optional[int] = ..., back: _Optional[int] = ...) -> None: ...

class AnalyzeEconomyReply(_message.Message):
    __slots__ = ("health", "verdict", "inflation", "gini", "created", "destroyed", "moved", "advice", "tax_percent", "suspicions", "source", "repeated")
    HEALTH_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    INFLATION_FIELD_NUMBER: _ClassVar[int]
    GINI_FIELD_NUMBER: _ClassVar[int]
    CREATED_FIELD_NUMBER: _ClassVar[int]
    DESTROYED_FIELD_NUMBER: _ClassVar[int]
    MOVED_FIELD_NUMBER: _ClassVar[int]
    ADVICE_FIELD_NUMBER: _ClassVar[int]
    TAX_PERCENT_FIELD_NUMBER: _ClassVar[int]
    SUSPICIONS_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    health: int
    verdict: str
    inflation: float
    gini: float
    created: int
    destroyed: int
    moved: int
    advice: EconomyAdvice
    tax_percent: float
    suspicions: _containers.RepeatedCompositeFieldContainer[Suspicion]
    source: _common_pb2.Source
    repeated: bool
    def __init__(self, health: _Optional[int] = ..., verdict: _Optional[str] = ..., inflation: _Optional[float] = ..., gini: _Optional[float] = ..., created: _Optional[int] = ..., destroyed: _Optional[int] = ..., moved: _Optional[int] = ..., advice: _Optional[_Union[EconomyAdvice, str]] = ..., tax_percent: _Optional[float] = ..., suspicions: _Optional[_Iterable[_Union[Suspicion, _Mapping]]] = ..., source: _Optional[_Union[_common_pb2.Source, str]] = ..., repeated: _Optional[bool] = ...) -> None: ...

class AnalyzeMerchantEconomyRequest(_message.Message):
    __slots__ = ("request_id", "map")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    MAP_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    map: str
    def __init__(self, request_id: _Optional[str] = ..., map: _Optional[str] = ...) -> None: ...

class PriceChange(_message.Message):
    __slots__ = ("npc", "item_id", "price", "usual", "event_id")
    NPC_FIELD_NUMBER: _ClassVar[int]
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    USUAL_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    npc: str
    item_id: int
    price: int
    usual: int
    event_id: int
    def __init__(self, npc: _Optional[str] = ..., item_id: _Optional[int] = ..., price: _Optional[int] = ..., usual: _Optional[int] = ..., event_id: _Optional[int] = ...) -> None: ...

class AnalyzeMerchantEconomyReply(_message.Message):
    __slots__ = ("mood", "pull", "prices", "left", "source", "repeated")
    MOOD_FIELD_NUMBER: _ClassVar[int]
    PULL_FIELD_NUMBER: _ClassVar[int]
    PRICES_FIELD_NUMBER: _ClassVar[int]
    LEFT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    mood: str
    pull: float
    prices: _containers.RepeatedCompositeFieldContainer[PriceChange]
    left: int
    source: _common_pb2.Source
    repeated: bool
    def __init__(self, mood: _Optional[str] = ..., pull: _Optional[float] = ..., prices: _Optional[_Iterable[_Union[PriceChange, _Mapping]]] = ..., left: _Optional[int] = ..., source: _Optional[_Union[_common_pb2.Source, str]] = ..., repeated: _Optional[bool] = ...) -> None: ...

class QuotePricesRequest(_message.Message):
    __slots__ = ("npc", "player")
    NPC_FIELD_NUMBER: _ClassVar[int]
    PLAYER_FIELD_NUMBER: _ClassVar[int]
    npc: str
    player: _common_pb2.Player
    def __init__(self, npc: _Optional[str] = ..., player: _Optional[_Union[_common_pb2.Player, _Mapping]] = ...) -> None: ...

class Quote(_message.Message):
    __slots__ = ("item_id", "price", "usual")
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    USUAL_FIELD_NUMBER: _ClassVar[int]
    item_id: int
    price: int
    usual: int
    def __init__(self, item_id: _Optional[int] = ..., price: _Optional[int] = ..., usual: _Optional[int] = ...) -> None: ...

class QuotePricesReply(_message.Message):
    __slots__ = ("quotes", "tier", "alignment", "added")
    QUOTES_FIELD_NUMBER: _ClassVar[int]
    TIER_FIELD_NUMBER: _ClassVar[int]
    ALIGNMENT_FIELD_NUMBER: _ClassVar[int]
    ADDED_FIELD_NUMBER: _ClassVar[int]
    quotes: _containers.RepeatedCompositeFieldContainer[Quote]
    tier: str
    alignment: str
    added: float
    def __init__(self, quotes: _Optional[_Iterable[_Union[Quote, _Mapping]]] = ..., tier: _Optional[str] = ..., alignment: _Optional[str] = ..., added: _Optional[float] = ...) -> None: ...
