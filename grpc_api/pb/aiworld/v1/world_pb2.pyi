import datetime

from grpc_api.pb.aiworld.v1 import common_pb2 as _common_pb2
from grpc_api.pb.aiworld.v1 import npcs_pb2 as _npcs_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ZenyReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ZENY_REASON_UNSPECIFIED: _ClassVar[ZenyReason]
    ZENY_REASON_NPC_BUY: _ClassVar[ZenyReason]
    ZENY_REASON_NPC_SELL: _ClassVar[ZenyReason]
    ZENY_REASON_MONSTER: _ClassVar[ZenyReason]
    ZENY_REASON_REWARD: _ClassVar[ZenyReason]
    ZENY_REASON_FEE: _ClassVar[ZenyReason]
    ZENY_REASON_STAFF: _ClassVar[ZenyReason]

class QuestStepState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    QUEST_STEP_STATE_UNSPECIFIED: _ClassVar[QuestStepState]
    QUEST_STEP_STATE_BEGUN: _ClassVar[QuestStepState]
    QUEST_STEP_STATE_DONE: _ClassVar[QuestStepState]
    QUEST_STEP_STATE_DROPPED: _ClassVar[QuestStepState]

class EventFault(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EVENT_FAULT_UNSPECIFIED: _ClassVar[EventFault]
    EVENT_FAULT_NO_ID: _ClassVar[EventFault]
    EVENT_FAULT_NO_KIND: _ClassVar[EventFault]
    EVENT_FAULT_NO_CHARACTER: _ClassVar[EventFault]
    EVENT_FAULT_OUT_OF_RANGE: _ClassVar[EventFault]

class WorldEventState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WORLD_EVENT_STATE_UNSPECIFIED: _ClassVar[WorldEventState]
    WORLD_EVENT_STATE_PLANNED: _ClassVar[WorldEventState]
    WORLD_EVENT_STATE_ACTIVE: _ClassVar[WorldEventState]
    WORLD_EVENT_STATE_ENDED: _ClassVar[WorldEventState]

class Weather(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WEATHER_UNSPECIFIED: _ClassVar[Weather]
    WEATHER_CLEAR: _ClassVar[Weather]
    WEATHER_CLOUDY: _ClassVar[Weather]
    WEATHER_FOG: _ClassVar[Weather]
    WEATHER_RAIN: _ClassVar[Weather]
    WEATHER_STORM: _ClassVar[Weather]
    WEATHER_SNOW: _ClassVar[Weather]
    WEATHER_SANDSTORM: _ClassVar[Weather]

class GoalKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GOAL_KIND_UNSPECIFIED: _ClassVar[GoalKind]
    GOAL_KIND_KILL: _ClassVar[GoalKind]
    GOAL_KIND_MVP_KILL: _ClassVar[GoalKind]
    GOAL_KIND_TRADE: _ClassVar[GoalKind]
    GOAL_KIND_ITEM_PICK: _ClassVar[GoalKind]
    GOAL_KIND_MAP_CHANGE: _ClassVar[GoalKind]
    GOAL_KIND_DEED: _ClassVar[GoalKind]

class HazardKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    HAZARD_KIND_UNSPECIFIED: _ClassVar[HazardKind]
    HAZARD_KIND_FLOOD: _ClassVar[HazardKind]
    HAZARD_KIND_LANDSLIDE: _ClassVar[HazardKind]
    HAZARD_KIND_LIGHTNING: _ClassVar[HazardKind]
    HAZARD_KIND_WILDFIRE: _ClassVar[HazardKind]
    HAZARD_KIND_HEAT: _ClassVar[HazardKind]
    HAZARD_KIND_BLIZZARD: _ClassVar[HazardKind]
    HAZARD_KIND_AVALANCHE: _ClassVar[HazardKind]
    HAZARD_KIND_DUST: _ClassVar[HazardKind]
    HAZARD_KIND_BLINDING_FOG: _ClassVar[HazardKind]
    HAZARD_KIND_CAVE_IN: _ClassVar[HazardKind]
    HAZARD_KIND_MIASMA: _ClassVar[HazardKind]

class RoomPurpose(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROOM_PURPOSE_UNSPECIFIED: _ClassVar[RoomPurpose]
    ROOM_PURPOSE_ENTRANCE: _ClassVar[RoomPurpose]
    ROOM_PURPOSE_STAIRS: _ClassVar[RoomPurpose]
    ROOM_PURPOSE_FIGHT: _ClassVar[RoomPurpose]
    ROOM_PURPOSE_KEY: _ClassVar[RoomPurpose]
    ROOM_PURPOSE_BOSS: _ClassVar[RoomPurpose]
    ROOM_PURPOSE_REST: _ClassVar[RoomPurpose]
ZENY_REASON_UNSPECIFIED: ZenyReason
ZENY_REASON_NPC_BUY: ZenyReason
ZENY_REASON_NPC_SELL: ZenyReason
ZENY_REASON_MONSTER: ZenyReason
ZENY_REASON_REWARD: ZenyReason
ZENY_REASON_FEE: ZenyReason
ZENY_REASON_STAFF: ZenyReason
QUEST_STEP_STATE_UNSPECIFIED: QuestStepState
QUEST_STEP_STATE_BEGUN: QuestStepState
QUEST_STEP_STATE_DONE: QuestStepState
QUEST_STEP_STATE_DROPPED: QuestStepState
EVENT_FAULT_UNSPECIFIED: EventFault
EVENT_FAULT_NO_ID: EventFault
EVENT_FAULT_NO_KIND: EventFault
EVENT_FAULT_NO_CHARACTER: EventFault
EVENT_FAULT_OUT_OF_RANGE: EventFault
WORLD_EVENT_STATE_UNSPECIFIED: WorldEventState
WORLD_EVENT_STATE_PLANNED: WorldEventState
WORLD_EVENT_STATE_ACTIVE: WorldEventState
WORLD_EVENT_STATE_ENDED: WorldEventState
WEATHER_UNSPECIFIED: Weather
WEATHER_CLEAR: Weather
WEATHER_CLOUDY: Weather
WEATHER_FOG: Weather
WEATHER_RAIN: Weather
WEATHER_STORM: Weather
WEATHER_SNOW: Weather
WEATHER_SANDSTORM: Weather
GOAL_KIND_UNSPECIFIED: GoalKind
GOAL_KIND_KILL: GoalKind
GOAL_KIND_MVP_KILL: GoalKind
GOAL_KIND_TRADE: GoalKind
GOAL_KIND_ITEM_PICK: GoalKind
GOAL_KIND_MAP_CHANGE: GoalKind
GOAL_KIND_DEED: GoalKind
HAZARD_KIND_UNSPECIFIED: HazardKind
HAZARD_KIND_FLOOD: HazardKind
HAZARD_KIND_LANDSLIDE: HazardKind
HAZARD_KIND_LIGHTNING: HazardKind
HAZARD_KIND_WILDFIRE: HazardKind
HAZARD_KIND_HEAT: HazardKind
HAZARD_KIND_BLIZZARD: HazardKind
HAZARD_KIND_AVALANCHE: HazardKind
HAZARD_KIND_DUST: HazardKind
HAZARD_KIND_BLINDING_FOG: HazardKind
HAZARD_KIND_CAVE_IN: HazardKind
HAZARD_KIND_MIASMA: HazardKind
ROOM_PURPOSE_UNSPECIFIED: RoomPurpose
ROOM_PURPOSE_ENTRANCE: RoomPurpose
ROOM_PURPOSE_STAIRS: RoomPurpose
ROOM_PURPOSE_FIGHT: RoomPurpose
ROOM_PURPOSE_KEY: RoomPurpose
ROOM_PURPOSE_BOSS: RoomPurpose
ROOM_PURPOSE_REST: RoomPurpose

class Kill(_message.Message):
    __slots__ = ("monster_id", "number")
    MONSTER_ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    monster_id: int
    number: int
    def __init__(self, monster_id: _Optional[int] = ..., number: _Optional[int] = ...) -> None: ...

class MvpKill(_message.Message):
    __slots__ = ("monster_id",)
    MONSTER_ID_FIELD_NUMBER: _ClassVar[int]
    monster_id: int
    def __init__(self, monster_id: _Optional[int] = ...) -> None: ...

class Death(_message.Message):
    __slots__ = ("monster_id", "killer_char_id")
    MONSTER_ID_FIELD_NUMBER: _ClassVar[int]
    KILLER_CHAR_ID_FIELD_NUMBER: _ClassVar[int]
    monster_id: int
    killer_char_id: int
    def __init__(self, monster_id: _Optional[int] = ..., killer_char_id: _Optional[int] = ...) -> None: ...

class LogIn(_message.Message):
    __slots__ = ("base_level", "job_level", "job")
    BASE_LEVEL_FIELD_NUMBER: _ClassVar[int]
    JOB_LEVEL_FIELD_NUMBER: _ClassVar[int]
    JOB_FIELD_NUMBER: _ClassVar[int]
    base_level: int
    job_level: int
    job: str
    def __init__(self, base_level: _Optional[int] = ..., job_level: _Optional[int] = ..., job: _Optional[str] = ...) -> None: ...

class LogOut(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class BaseLevel(_message.Message):
    __slots__ = ("level",)
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    level: int
    def __init__(self, level: _Optional[int] = ...) -> None: ...

class JobLevel(_message.Message):
    __slots__ = ("level", "job")
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    JOB_FIELD_NUMBER: _ClassVar[int]
    level: int
    job: str
    def __init__(self, level: _Optional[int] = ..., job: _Optional[str] = ...) -> None: ...

class MapChange(_message.Message):
    __slots__ = ("from_map",)
    FROM_MAP_FIELD_NUMBER: _ClassVar[int]
    from_map: str
    def __init__(self, from_map: _Optional[str] = ...) -> None: ...

class Goods(_message.Message):
    __slots__ = ("item_id", "amount")
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    item_id: int
    amount: int
    def __init__(self, item_id: _Optional[int] = ..., amount: _Optional[int] = ...) -> None: ...

class Trade(_message.Message):
    __slots__ = ("other_char_id", "given", "taken", "zeny_given", "zeny_taken")
    OTHER_CHAR_ID_FIELD_NUMBER: _ClassVar[int]
    GIVEN_FIELD_NUMBER: _ClassVar[int]
    TAKEN_FIELD_NUMBER: _ClassVar[int]
    ZENY_GIVEN_FIELD_NUMBER: _ClassVar[int]
    ZENY_TAKEN_FIELD_NUMBER: _ClassVar[int]
    other_char_id: int
    given: _containers.RepeatedCompositeFieldContainer[Goods]
    taken: _containers.RepeatedCompositeFieldContainer[Goods]
    zeny_given: int
    zeny_taken: int
    def __init__(self, other_char_id: _Optional[int] = ..., given: _Optional[_Iterable[_Union[Goods, _Mapping]]] = ..., taken: _Optional[_Iterable[_Union[Goods, _Mapping]]] = ..., zeny_given: _Optional[int] = ..., zeny_taken: _Optional[int] = ...) -> None: ...

class VendingSale(_message.Message):
    __slots__ = ("buyer_char_id", "item_id", "amount", "price")
    BUYER_CHAR_ID_FIELD_NUMBER: _ClassVar[int]
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    buyer_char_id: int
    item_id: int
    amount: int
    price: int
    def __init__(self, buyer_char_id: _Optional[int] = ..., item_id: _Optional[int] = ..., amount: _Optional[int] = ..., price: _Optional[int] = ...) -> None: ...

class ItemPick(_message.Message):
    __slots__ = ("item_id", "amount")
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    item_id: int
    amount: int
    def __init__(self, item_id: _Optional[int] = ..., amount: _Optional[int] = ...) -> None: ...

class ItemDrop(_message.Message):
    __slots__ = ("item_id", "amount")
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    item_id: int
    amount: int
    def __init__(self, item_id: _Optional[int] = ..., amount: _Optional[int] = ...) -> None: ...

class ZenyChange(_message.Message):
    __slots__ = ("change", "reason", "item_id", "amount")
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    change: int
    reason: ZenyReason
    item_id: int
    amount: int
    def __init__(self, change: _Optional[int] = ..., reason: _Optional[_Union[ZenyReason, str]] = ..., item_id: _Optional[int] = ..., amount: _Optional[int] = ...) -> None: ...

class QuestStep(_message.Message):
    __slots__ = ("quest_id", "state")
    QUEST_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    quest_id: int
    state: QuestStepState
    def __init__(self, quest_id: _Optional[int] = ..., state: _Optional[_Union[QuestStepState, str]] = ...) -> None: ...

class CastleOwner(_message.Message):
    __slots__ = ("castle", "guild_id", "guild_name")
    CASTLE_FIELD_NUMBER: _ClassVar[int]
    GUILD_ID_FIELD_NUMBER: _ClassVar[int]
    GUILD_NAME_FIELD_NUMBER: _ClassVar[int]
    castle: str
    guild_id: int
    guild_name: str
    def __init__(self, castle: _Optional[str] = ..., guild_id: _Optional[int] = ..., guild_name: _Optional[str] = ...) -> None: ...

class PartyJoin(_message.Message):
    __slots__ = ("other_char_id",)
    OTHER_CHAR_ID_FIELD_NUMBER: _ClassVar[int]
    other_char_id: int
    def __init__(self, other_char_id: _Optional[int] = ...) -> None: ...

class GameEvent(_message.Message):
    __slots__ = ("event_id", "happened_at", "player", "place", "log_in", "log_out", "kill", "mvp_kill", "death", "base_level", "job_level", "map_change", "trade", "vending_sale", "item_pick", "item_drop", "zeny_change", "quest_step", "castle_owner", "party_join")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    HAPPENED_AT_FIELD_NUMBER: _ClassVar[int]
    PLAYER_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    LOG_IN_FIELD_NUMBER: _ClassVar[int]
    LOG_OUT_FIELD_NUMBER: _ClassVar[int]
    KILL_FIELD_NUMBER: _ClassVar[int]
    MVP_KILL_FIELD_NUMBER: _ClassVar[int]
    DEATH_FIELD_NUMBER: _ClassVar[int]
    BASE_LEVEL_FIELD_NUMBER: _ClassVar[int]
    JOB_LEVEL_FIELD_NUMBER: _ClassVar[int]
    MAP_CHANGE_FIELD_NUMBER: _ClassVar[int]
    TRADE_FIELD_NUMBER: _ClassVar[int]
    VENDING_SALE_FIELD_NUMBER: _ClassVar[int]
    ITEM_PICK_FIELD_NUMBER: _ClassVar[int]
    ITEM_DROP_FIELD_NUMBER: _ClassVar[int]
    ZENY_CHANGE_FIELD_NUMBER: _ClassVar[int]
    QUEST_STEP_FIELD_NUMBER: _ClassVar[int]
    CASTLE_OWNER_FIELD_NUMBER: _ClassVar[int]
    PARTY_JOIN_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    happened_at: _timestamp_pb2.Timestamp
    player: _common_pb2.Player
    place: _common_pb2.Place
    log_in: LogIn
    log_out: LogOut
    kill: Kill
    mvp_kill: MvpKill
    death: Death
    base_level: BaseLevel
    job_level: JobLevel
    map_change: MapChange
    trade: Trade
    vending_sale: VendingSale
    item_pick: ItemPick
    item_drop: ItemDrop
    zeny_change: ZenyChange
    quest_step: QuestStep
    castle_owner: CastleOwner
    party_join: PartyJoin
    def __init__(self, event_id: _Optional[str] = ..., happened_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., player: _Optional[_Union[_common_pb2.Player, _Mapping]] = ..., place: _Optional[_Union[_common_pb2.Place, _Mapping]] = ..., log_in: _Optional[_Union[LogIn, _Mapping]] = ..., log_out: _Optional[_Union[LogOut, _Mapping]] = ..., kill: _Optional[_Union[Kill, _Mapping]] = ..., mvp_kill: _Optional[_Union[MvpKill, _Mapping]] = ..., death: _Optional[_Union[Death, _Mapping]] = ..., base_level: _Optional[_Union[BaseLevel, _Mapping]] = ..., job_level: _Optional[_Union[JobLevel, _Mapping]] = ..., map_change: _Optional[_Union[MapChange, _Mapping]] = ..., trade: _Optional[_Union[Trade, _Mapping]] = ..., vending_sale: _Optional[_Union[VendingSale, _Mapping]] = ..., item_pick: _Optional[_Union[ItemPick, _Mapping]] = ..., item_drop: _Optional[_Union[ItemDrop, _Mapping]] = ..., zeny_change: _Optional[_Union[ZenyChange, _Mapping]] = ..., quest_step: _Optional[_Union[QuestStep, _Mapping]] = ..., castle_owner: _Optional[_Union[CastleOwner, _Mapping]] = ..., party_join: _Optional[_Union[PartyJoin, _Mapping]] = ...) -> None: ...

class ReportEventsRequest(_message.Message):
    __slots__ = ("source", "events")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    source: str
    events: _containers.RepeatedCompositeFieldContainer[GameEvent]
    def __init__(self, source: _Optional[str] = ..., events: _Optional[_Iterable[_Union[GameEvent, _Mapping]]] = ...) -> None: ...

class RefusedEvent(_message.Message):
    __slots__ = ("index", "event_id", "fault", "field")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    FAULT_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    index: int
    event_id: str
    fault: EventFault
    field: str
    def __init__(self, index: _Optional[int] = ..., event_id: _Optional[str] = ..., fault: _Optional[_Union[EventFault, str]] = ..., field: _Optional[str] = ...) -> None: ...

class ReportEventsReply(_message.Message):
    __slots__ = ("accepted", "duplicates", "refused", "clamped")
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    DUPLICATES_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    CLAMPED_FIELD_NUMBER: _ClassVar[int]
    accepted: int
    duplicates: int
    refused: _containers.RepeatedCompositeFieldContainer[RefusedEvent]
    clamped: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, accepted: _Optional[int] = ..., duplicates: _Optional[int] = ..., refused: _Optional[_Iterable[_Union[RefusedEvent, _Mapping]]] = ..., clamped: _Optional[_Iterable[int]] = ...) -> None: ...

class StreamWorldEventsRequest(_message.Message):
    __slots__ = ("cursor", "maps", "heartbeat_seconds", "max_seconds", "acts")
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    MAPS_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_SECONDS_FIELD_NUMBER: _ClassVar[int]
    MAX_SECONDS_FIELD_NUMBER: _ClassVar[int]
    ACTS_FIELD_NUMBER: _ClassVar[int]
    cursor: str
    maps: _containers.RepeatedScalarFieldContainer[str]
    heartbeat_seconds: int
    max_seconds: int
    acts: Acts
    def __init__(self, cursor: _Optional[str] = ..., maps: _Optional[_Iterable[str]] = ..., heartbeat_seconds: _Optional[int] = ..., max_seconds: _Optional[int] = ..., acts: _Optional[_Union[Acts, _Mapping]] = ...) -> None: ...

class Acts(_message.Message):
    __slots__ = ("kinds",)
    KINDS_FIELD_NUMBER: _ClassVar[int]
    kinds: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, kinds: _Optional[_Iterable[str]] = ...) -> None: ...

class WorldMessage(_message.Message):
    __slots__ = ("cursor", "event", "heartbeat")
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    cursor: str
    event: WorldEvent
    heartbeat: Heartbeat
    def __init__(self, cursor: _Optional[str] = ..., event: _Optional[_Union[WorldEvent, _Mapping]] = ..., heartbeat: _Optional[_Union[Heartbeat, _Mapping]] = ...) -> None: ...

class Heartbeat(_message.Message):
    __slots__ = ("now",)
    NOW_FIELD_NUMBER: _ClassVar[int]
    now: _timestamp_pb2.Timestamp
    def __init__(self, now: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class WorldEvent(_message.Message):
    __slots__ = ("id", "state", "kind", "title", "raw_title", "description", "raw_description", "map", "starts_at", "ends_at", "npc_arrival", "goal", "announcement", "weather", "spawn", "shop_price", "npc_move", "hazard", "boss", "dungeon", "treasure")
    ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    RAW_TITLE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    RAW_DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    MAP_FIELD_NUMBER: _ClassVar[int]
    STARTS_AT_FIELD_NUMBER: _ClassVar[int]
    ENDS_AT_FIELD_NUMBER: _ClassVar[int]
    NPC_ARRIVAL_FIELD_NUMBER: _ClassVar[int]
    GOAL_FIELD_NUMBER: _ClassVar[int]
    ANNOUNCEMENT_FIELD_NUMBER: _ClassVar[int]
    WEATHER_FIELD_NUMBER: _ClassVar[int]
    SPAWN_FIELD_NUMBER: _ClassVar[int]
    SHOP_PRICE_FIELD_NUMBER: _ClassVar[int]
    NPC_MOVE_FIELD_NUMBER: _ClassVar[int]
    HAZARD_FIELD_NUMBER: _ClassVar[int]
    BOSS_FIELD_NUMBER: _ClassVar[int]
    DUNGEON_FIELD_NUMBER: _ClassVar[int]
    TREASURE_FIELD_NUMBER: _ClassVar[int]
    id: int
    state: WorldEventState
    kind: str
    title: str
    raw_title: bytes
    description: str
    raw_description: bytes
    map: str
    starts_at: _timestamp_pb2.Timestamp
    ends_at: _timestamp_pb2.Timestamp
    npc_arrival: _npcs_pb2.NpcArrival
    goal: Goal
    announcement: Announcement
    weather: WeatherChange
    spawn: Spawn
    shop_price: ShopPrice
    npc_move: NpcMove
    hazard: Hazard
    boss: Boss
    dungeon: Dungeon
    treasure: TreasureHunt
    def __init__(self, id: _Optional[int] = ..., state: _Optional[_Union[WorldEventState, str]] = ..., kind: _Optional[str] = ..., title: _Optional[str] = ..., raw_title: _Optional[bytes] = ..., description: _Optional[str] = ..., raw_description: _Optional[bytes] = ..., map: _Optional[str] = ..., starts_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ends_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., npc_arrival: _Optional[_Union[_npcs_pb2.NpcArrival, _Mapping]] = ..., goal: _Optional[_Union[Goal, _Mapping]] = ..., announcement: _Optional[_Union[Announcement, _Mapping]] = ..., weather: _Optional[_Union[WeatherChange, _Mapping]] = ..., spawn: _Optional[_Union[Spawn, _Mapping]] = ..., shop_price: _Optional[_Union[ShopPrice, _Mapping]] = ..., npc_move: _Optional[_Union[NpcMove, _Mapping]] = ..., hazard: _Optional[_Union[Hazard, _Mapping]] = ..., boss: _Optional[_Union[Boss, _Mapping]] = ..., dungeon: _Optional[_Union[Dungeon, _Mapping]] = ..., treasure: _Optional[_Union[TreasureHunt, _Mapping]] = ...) -> None: ...

class Announcement(_message.Message):
    __slots__ = ("text", "raw_text", "colour")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    RAW_TEXT_FIELD_NUMBER: _ClassVar[int]
    COLOUR_FIELD_NUMBER: _ClassVar[int]
    text: str
    raw_text: bytes
    colour: int
    def __init__(self, text: _Optional[str] = ..., raw_text: _Optional[bytes] = ..., colour: _Optional[int] = ...) -> None: ...

class WeatherChange(_message.Message):
    __slots__ = ("weather", "group", "maps")
    WEATHER_FIELD_NUMBER: _ClassVar[int]
    GROUP_FIELD_NUMBER: _ClassVar[int]
    MAPS_FIELD_NUMBER: _ClassVar[int]
    weather: Weather
    group: str
    maps: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, weather: _Optional[_Union[Weather, str]] = ..., group: _Optional[str] = ..., maps: _Optional[_Iterable[str]] = ...) -> None: ...

class Spawn(_message.Message):
    __slots__ = ("monster_id", "amount", "map", "x", "y")
    MONSTER_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    MAP_FIELD_NUMBER: _ClassVar[int]
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    monster_id: int
    amount: int
    map: str
    x: int
    y: int
    def __init__(self, monster_id: _Optional[int] = ..., amount: _Optional[int] = ..., map: _Optional[str] = ..., x: _Optional[int] = ..., y: _Optional[int] = ...) -> None: ...

class ShopPrice(_message.Message):
    __slots__ = ("npc", "item_id", "price")
    NPC_FIELD_NUMBER: _ClassVar[int]
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    npc: str
    item_id: int
    price: int
    def __init__(self, npc: _Optional[str] = ..., item_id: _Optional[int] = ..., price: _Optional[int] = ...) -> None: ...

class NpcMove(_message.Message):
    __slots__ = ("npc", "map", "x", "y")
    NPC_FIELD_NUMBER: _ClassVar[int]
    MAP_FIELD_NUMBER: _ClassVar[int]
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    npc: str
    map: str
    x: int
    y: int
    def __init__(self, npc: _Optional[str] = ..., map: _Optional[str] = ..., x: _Optional[int] = ..., y: _Optional[int] = ...) -> None: ...

class Goal(_message.Message):
    __slots__ = ("kind", "target_id", "faction", "number", "part_of")
    KIND_FIELD_NUMBER: _ClassVar[int]
    TARGET_ID_FIELD_NUMBER: _ClassVar[int]
    FACTION_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    PART_OF_FIELD_NUMBER: _ClassVar[int]
    kind: GoalKind
    target_id: int
    faction: str
    number: int
    part_of: int
    def __init__(self, kind: _Optional[_Union[GoalKind, str]] = ..., target_id: _Optional[int] = ..., faction: _Optional[str] = ..., number: _Optional[int] = ..., part_of: _Optional[int] = ...) -> None: ...

class GenerateProblemRequest(_message.Message):
    __slots__ = ("request_id", "map")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    MAP_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    map: str
    def __init__(self, request_id: _Optional[str] = ..., map: _Optional[str] = ...) -> None: ...

class GenerateProblemReply(_message.Message):
    __slots__ = ("event", "cause", "lately", "usual", "strength", "source", "repeated")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    LATELY_FIELD_NUMBER: _ClassVar[int]
    USUAL_FIELD_NUMBER: _ClassVar[int]
    STRENGTH_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    event: WorldEvent
    cause: str
    lately: float
    usual: float
    strength: float
    source: _common_pb2.Source
    repeated: bool
    def __init__(self, event: _Optional[_Union[WorldEvent, _Mapping]] = ..., cause: _Optional[str] = ..., lately: _Optional[float] = ..., usual: _Optional[float] = ..., strength: _Optional[float] = ..., source: _Optional[_Union[_common_pb2.Source, str]] = ..., repeated: _Optional[bool] = ...) -> None: ...

class ProcessArchaeologyRequest(_message.Message):
    __slots__ = ("request_id", "player", "place")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    PLAYER_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    player: _common_pb2.Player
    place: _common_pb2.Place
    def __init__(self, request_id: _Optional[str] = ..., player: _Optional[_Union[_common_pb2.Player, _Mapping]] = ..., place: _Optional[_Union[_common_pb2.Place, _Mapping]] = ...) -> None: ...

class Find(_message.Message):
    __slots__ = ("object", "era", "layer", "depth_cm", "earliest", "latest")
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    ERA_FIELD_NUMBER: _ClassVar[int]
    LAYER_FIELD_NUMBER: _ClassVar[int]
    DEPTH_CM_FIELD_NUMBER: _ClassVar[int]
    EARLIEST_FIELD_NUMBER: _ClassVar[int]
    LATEST_FIELD_NUMBER: _ClassVar[int]
    object: str
    era: str
    layer: int
    depth_cm: int
    earliest: int
    latest: int
    def __init__(self, object: _Optional[str] = ..., era: _Optional[str] = ..., layer: _Optional[int] = ..., depth_cm: _Optional[int] = ..., earliest: _Optional[int] = ..., latest: _Optional[int] = ...) -> None: ...

class ProcessArchaeologyReply(_message.Message):
    __slots__ = ("find", "event", "digs", "rock", "source", "repeated")
    FIND_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    DIGS_FIELD_NUMBER: _ClassVar[int]
    ROCK_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    find: Find
    event: WorldEvent
    digs: int
    rock: bool
    source: _common_pb2.Source
    repeated: bool
    def __init__(self, find: _Optional[_Union[Find, _Mapping]] = ..., event: _Optional[_Union[WorldEvent, _Mapping]] = ..., digs: _Optional[int] = ..., rock: _Optional[bool] = ..., source: _Optional[_Union[_common_pb2.Source, str]] = ..., repeated: _Optional[bool] = ...) -> None: ...

class GenerateEventChainRequest(_message.Message):
    __slots__ = ("request_id", "map", "theme", "steps")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    MAP_FIELD_NUMBER: _ClassVar[int]
    THEME_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    map: str
    theme: str
    steps: int
    def __init__(self, request_id: _Optional[str] = ..., map: _Optional[str] = ..., theme: _Optional[str] = ..., steps: _Optional[int] = ...) -> None: ...

class ChainStep(_message.Message):
    __slots__ = ("key", "part", "title", "goal", "hours", "done", "missed")
    KEY_FIELD_NUMBER: _ClassVar[int]
    PART_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    GOAL_FIELD_NUMBER: _ClassVar[int]
    HOURS_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    MISSED_FIELD_NUMBER: _ClassVar[int]
    key: str
    part: str
    title: str
    goal: Goal
    hours: int
    done: str
    missed: str
    def __init__(self, key: _Optional[str] = ..., part: _Optional[str] = ..., title: _Optional[str] = ..., goal: _Optional[_Union[Goal, _Mapping]] = ..., hours: _Optional[int] = ..., done: _Optional[str] = ..., missed: _Optional[str] = ...) -> None: ...

class GenerateEventChainReply(_message.Message):
    __slots__ = ("event", "theme", "steps", "source", "repeated")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    THEME_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    event: WorldEvent
    theme: str
    steps: _containers.RepeatedCompositeFieldContainer[ChainStep]
    source: _common_pb2.Source
    repeated: bool
    def __init__(self, event: _Optional[_Union[WorldEvent, _Mapping]] = ..., theme: _Optional[str] = ..., steps: _Optional[_Iterable[_Union[ChainStep, _Mapping]]] = ..., source: _Optional[_Union[_common_pb2.Source, str]] = ..., repeated: _Optional[bool] = ...) -> None: ...

class UpdateWeatherRequest(_message.Message):
    __slots__ = ("request_id", "group", "map", "weather", "minutes")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    GROUP_FIELD_NUMBER: _ClassVar[int]
    MAP_FIELD_NUMBER: _ClassVar[int]
    WEATHER_FIELD_NUMBER: _ClassVar[int]
    MINUTES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    group: str
    map: str
    weather: Weather
    minutes: int
    def __init__(self, request_id: _Optional[str] = ..., group: _Optional[str] = ..., map: _Optional[str] = ..., weather: _Optional[_Union[Weather, str]] = ..., minutes: _Optional[int] = ...) -> None: ...

class UpdateWeatherReply(_message.Message):
    __slots__ = ("skies",)
    SKIES_FIELD_NUMBER: _ClassVar[int]
    skies: _containers.RepeatedCompositeFieldContainer[Sky]
    def __init__(self, skies: _Optional[_Iterable[_Union[Sky, _Mapping]]] = ...) -> None: ...

class Sky(_message.Message):
    __slots__ = ("group", "weather", "until", "event_id")
    GROUP_FIELD_NUMBER: _ClassVar[int]
    WEATHER_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    group: str
    weather: Weather
    until: _timestamp_pb2.Timestamp
    event_id: int
    def __init__(self, group: _Optional[str] = ..., weather: _Optional[_Union[Weather, str]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., event_id: _Optional[int] = ...) -> None: ...

class GenerateWorldEventRequest(_message.Message):
    __slots__ = ("request_id", "map", "kinds")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    MAP_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    map: str
    kinds: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, request_id: _Optional[str] = ..., map: _Optional[str] = ..., kinds: _Optional[_Iterable[str]] = ...) -> None: ...

class GenerateWorldEventReply(_message.Message):
    __slots__ = ("event", "cause", "strength", "source", "repeated")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    STRENGTH_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    event: WorldEvent
    cause: str
    strength: float
    source: _common_pb2.Source
    repeated: bool
    def __init__(self, event: _Optional[_Union[WorldEvent, _Mapping]] = ..., cause: _Optional[str] = ..., strength: _Optional[float] = ..., source: _Optional[_Union[_common_pb2.Source, str]] = ..., repeated: _Optional[bool] = ...) -> None: ...

class Area(_message.Message):
    __slots__ = ("x", "y", "radius")
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    RADIUS_FIELD_NUMBER: _ClassVar[int]
    x: int
    y: int
    radius: int
    def __init__(self, x: _Optional[int] = ..., y: _Optional[int] = ..., radius: _Optional[int] = ...) -> None: ...

class Hazard(_message.Message):
    __slots__ = ("hazard", "strength", "hp_percent", "slow_percent", "areas")
    HAZARD_FIELD_NUMBER: _ClassVar[int]
    STRENGTH_FIELD_NUMBER: _ClassVar[int]
    HP_PERCENT_FIELD_NUMBER: _ClassVar[int]
    SLOW_PERCENT_FIELD_NUMBER: _ClassVar[int]
    AREAS_FIELD_NUMBER: _ClassVar[int]
    hazard: HazardKind
    strength: int
    hp_percent: int
    slow_percent: int
    areas: _containers.RepeatedCompositeFieldContainer[Area]
    def __init__(self, hazard: _Optional[_Union[HazardKind, str]] = ..., strength: _Optional[int] = ..., hp_percent: _Optional[int] = ..., slow_percent: _Optional[int] = ..., areas: _Optional[_Iterable[_Union[Area, _Mapping]]] = ...) -> None: ...

class Boss(_message.Message):
    __slots__ = ("monster_id", "level", "strength_percent", "map", "x", "y")
    MONSTER_ID_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    STRENGTH_PERCENT_FIELD_NUMBER: _ClassVar[int]
    MAP_FIELD_NUMBER: _ClassVar[int]
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    monster_id: int
    level: int
    strength_percent: int
    map: str
    x: int
    y: int
    def __init__(self, monster_id: _Optional[int] = ..., level: _Optional[int] = ..., strength_percent: _Optional[int] = ..., map: _Optional[str] = ..., x: _Optional[int] = ..., y: _Optional[int] = ...) -> None: ...

class Room(_message.Message):
    __slots__ = ("number", "floor", "map", "x", "y", "purpose", "monster_id", "amount", "key")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    FLOOR_FIELD_NUMBER: _ClassVar[int]
    MAP_FIELD_NUMBER: _ClassVar[int]
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    MONSTER_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    number: int
    floor: int
    map: str
    x: int
    y: int
    purpose: RoomPurpose
    monster_id: int
    amount: int
    key: int
    def __init__(self, number: _Optional[int] = ..., floor: _Optional[int] = ..., map: _Optional[str] = ..., x: _Optional[int] = ..., y: _Optional[int] = ..., purpose: _Optional[_Union[RoomPurpose, str]] = ..., monster_id: _Optional[int] = ..., amount: _Optional[int] = ..., key: _Optional[int] = ...) -> None: ...

class Door(_message.Message):
    __slots__ = ("one", "other", "lock")
    ONE_FIELD_NUMBER: _ClassVar[int]
    OTHER_FIELD_NUMBER: _ClassVar[int]
    LOCK_FIELD_NUMBER: _ClassVar[int]
    one: int
    other: int
    lock: int
    def __init__(self, one: _Optional[int] = ..., other: _Optional[int] = ..., lock: _Optional[int] = ...) -> None: ...

class Dungeon(_message.Message):
    __slots__ = ("level", "members", "rooms", "doors")
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    MEMBERS_FIELD_NUMBER: _ClassVar[int]
    ROOMS_FIELD_NUMBER: _ClassVar[int]
    DOORS_FIELD_NUMBER: _ClassVar[int]
    level: int
    members: int
    rooms: _containers.RepeatedCompositeFieldContainer[Room]
    doors: _containers.RepeatedCompositeFieldContainer[Door]
    def __init__(self, level: _Optional[int] = ..., members: _Optional[int] = ..., rooms: _Optional[_Iterable[_Union[Room, _Mapping]]] = ..., doors: _Optional[_Iterable[_Union[Door, _Mapping]]] = ...) -> None: ...

class TreasureStep(_message.Message):
    __slots__ = ("map", "clue", "raw_clue")
    MAP_FIELD_NUMBER: _ClassVar[int]
    CLUE_FIELD_NUMBER: _ClassVar[int]
    RAW_CLUE_FIELD_NUMBER: _ClassVar[int]
    map: str
    clue: str
    raw_clue: bytes
    def __init__(self, map: _Optional[str] = ..., clue: _Optional[str] = ..., raw_clue: _Optional[bytes] = ...) -> None: ...

class TreasureHunt(_message.Message):
    __slots__ = ("npc", "level", "steps", "guardian_id")
    NPC_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    GUARDIAN_ID_FIELD_NUMBER: _ClassVar[int]
    npc: str
    level: int
    steps: _containers.RepeatedCompositeFieldContainer[TreasureStep]
    guardian_id: int
    def __init__(self, npc: _Optional[str] = ..., level: _Optional[int] = ..., steps: _Optional[_Iterable[_Union[TreasureStep, _Mapping]]] = ..., guardian_id: _Optional[int] = ...) -> None: ...

class PartyMember(_message.Message):
    __slots__ = ("char_id", "base_level")
    CHAR_ID_FIELD_NUMBER: _ClassVar[int]
    BASE_LEVEL_FIELD_NUMBER: _ClassVar[int]
    char_id: int
    base_level: int
    def __init__(self, char_id: _Optional[int] = ..., base_level: _Optional[int] = ...) -> None: ...

class GenerateHazardRequest(_message.Message):
    __slots__ = ("request_id", "map")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    MAP_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    map: str
    def __init__(self, request_id: _Optional[str] = ..., map: _Optional[str] = ...) -> None: ...

class GenerateHazardReply(_message.Message):
    __slots__ = ("event", "reason", "source", "repeated")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    event: WorldEvent
    reason: str
    source: _common_pb2.Source
    repeated: bool
    def __init__(self, event: _Optional[_Union[WorldEvent, _Mapping]] = ..., reason: _Optional[str] = ..., source: _Optional[_Union[_common_pb2.Source, str]] = ..., repeated: _Optional[bool] = ...) -> None: ...

class GenerateBossRequest(_message.Message):
    __slots__ = ("request_id", "map", "party", "monster_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    MAP_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    MONSTER_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    map: str
    party: _containers.RepeatedCompositeFieldContainer[PartyMember]
    monster_id: int
    def __init__(self, request_id: _Optional[str] = ..., map: _Optional[str] = ..., party: _Optional[_Iterable[_Union[PartyMember, _Mapping]]] = ..., monster_id: _Optional[int] = ...) -> None: ...

class GenerateBossReply(_message.Message):
    __slots__ = ("event", "reason", "win_chance", "source", "repeated")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    WIN_CHANCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    event: WorldEvent
    reason: str
    win_chance: float
    source: _common_pb2.Source
    repeated: bool
    def __init__(self, event: _Optional[_Union[WorldEvent, _Mapping]] = ..., reason: _Optional[str] = ..., win_chance: _Optional[float] = ..., source: _Optional[_Union[_common_pb2.Source, str]] = ..., repeated: _Optional[bool] = ...) -> None: ...

class GenerateDungeonRequest(_message.Message):
    __slots__ = ("request_id", "party", "floors")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    FLOORS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    party: _containers.RepeatedCompositeFieldContainer[PartyMember]
    floors: int
    def __init__(self, request_id: _Optional[str] = ..., party: _Optional[_Iterable[_Union[PartyMember, _Mapping]]] = ..., floors: _Optional[int] = ...) -> None: ...

class GenerateDungeonReply(_message.Message):
    __slots__ = ("event", "reason", "source", "repeated")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    event: WorldEvent
    reason: str
    source: _common_pb2.Source
    repeated: bool
    def __init__(self, event: _Optional[_Union[WorldEvent, _Mapping]] = ..., reason: _Optional[str] = ..., source: _Optional[_Union[_common_pb2.Source, str]] = ..., repeated: _Optional[bool] = ...) -> None: ...

class GenerateTreasureRequest(_message.Message):
    __slots__ = ("request_id", "npc", "level", "steps")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    NPC_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    npc: str
    level: int
    steps: int
    def __init__(self, request_id: _Optional[str] = ..., npc: _Optional[str] = ..., level: _Optional[int] = ..., steps: _Optional[int] = ...) -> None: ...

class GenerateTreasureReply(_message.Message):
    __slots__ = ("event", "reason", "source", "repeated")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    event: WorldEvent
    reason: str
    source: _common_pb2.Source
    repeated: bool
    def __init__(self, event: _Optional[_Union[WorldEvent, _Mapping]] = ..., reason: _Optional[str] = ..., source: _Optional[_Union[_common_pb2.Source, str]] = ..., repeated: _Optional[bool] = ...) -> None: ...
