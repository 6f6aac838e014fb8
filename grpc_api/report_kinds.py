"""What each kind of event says, checked and bounded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from grpc_api import messages
from grpc_api.pb.aiworld.v1 import world_pb2
from world.models.economy import EconomicTransaction

MAX_ID, MAX_BIG_ID = 2**31 - 1, 2**63 - 1
MOST_PIECES, MOST_LEVEL, MOST_GOODS = 1_000_000, 999, 30
MOST_ZENY = 10**13
MAX_LABEL = 40
Faulty = world_pb2.EventFault
Reasons = EconomicTransaction.Kind
ZENY_REASONS = {
    world_pb2.ZENY_REASON_NPC_BUY: Reasons.NPC_BUY.value,
    world_pb2.ZENY_REASON_NPC_SELL: Reasons.NPC_SELL.value,
    world_pb2.ZENY_REASON_MONSTER: Reasons.DROP.value,
    world_pb2.ZENY_REASON_REWARD: Reasons.REWARD.value,
    world_pb2.ZENY_REASON_FEE: Reasons.FEE.value,
    world_pb2.ZENY_REASON_STAFF: Reasons.STAFF.value,
}
STEPS = {
    world_pb2.QUEST_STEP_STATE_BEGUN: "begun",
    world_pb2.QUEST_STEP_STATE_DONE: "done",
    world_pb2.QUEST_STEP_STATE_DROPPED: "dropped",
}
Fields = dict[str, Any]


class Fault(Exception):
    def __init__(self, fault: world_pb2.EventFault, field: str) -> None:
        self.fault, self.field = fault, field


def label(value: str, length: int) -> str:
    return _visible(value[: 4 * length], length)


@lru_cache(maxsize=4096)
def _visible(value: str, length: int) -> str:
    return messages.label(value, length)


def within(value: int, low: int, high: int, name: str) -> int:
    if not low <= value <= high:
        raise Fault(Faulty.EVENT_FAULT_OUT_OF_RANGE, name)
    return value


def _id(value: int, name: str, *, optional: bool = False) -> int:
    return within(value, 0 if optional else 1, MAX_ID, name)


def _other(value: int, name: str) -> int:
    return within(value, 1, MAX_BIG_ID, name)


def _log_in(what: world_pb2.LogIn) -> Fields:
    return {
        "number": within(what.base_level, 0, MOST_LEVEL, "log_in.base_level"),
        "job_level": within(what.job_level, 0, MOST_LEVEL, "log_in.job_level"),
        "text": label(what.job, MAX_LABEL),
    }


def _nothing(_what: object) -> Fields:
    return {}


def _kill(what: world_pb2.Kill) -> Fields:
    return {
        "target_id": _id(what.monster_id, "kill.monster_id"),
        "number": within(what.number or 1, 1, MOST_PIECES, "kill.number"),
    }


def _mvp_kill(what: world_pb2.MvpKill) -> Fields:
    return {"target_id": _id(what.monster_id, "mvp_kill.monster_id")}


def _death(what: world_pb2.Death) -> Fields:
    killer = what.killer_char_id
    return {
        "target_id": _id(what.monster_id, "death.monster_id", optional=True),
        "other_char_id": _other(killer, "death.killer_char_id") if killer else None,
    }


def _base_level(what: world_pb2.BaseLevel) -> Fields:
    return {"number": within(what.level, 1, MOST_LEVEL, "base_level.level")}


def _job_level(what: world_pb2.JobLevel) -> Fields:
    return {
        "number": within(what.level, 1, MOST_LEVEL, "job_level.level"),
        "text": label(what.job, MAX_LABEL),
    }


def _map_change(what: world_pb2.MapChange) -> Fields:
    return {"text": label(what.from_map, messages.MAX_MAP)}


def _trade(what: world_pb2.Trade) -> Fields:
    given = within(what.zeny_given, 0, MOST_ZENY, "trade.zeny_given")
    taken = within(what.zeny_taken, 0, MOST_ZENY, "trade.zeny_taken")
    return {
        "other_char_id": _other(what.other_char_id, "trade.other_char_id"),
        "given": _goods(what.given, "trade.given"),
        "taken": _goods(what.taken, "trade.taken"),
        "zeny": taken - given,
    }


def _goods(sent: Sequence[world_pb2.Goods], name: str) -> tuple[tuple[int, int], ...]:
    within(len(sent), 0, MOST_GOODS, name)
    return tuple((_id(one.item_id, name), within(one.amount, 1, MOST_PIECES, name)) for one in sent)


def _vending_sale(what: world_pb2.VendingSale) -> Fields:
    pieces = within(what.amount, 1, MOST_PIECES, "vending_sale.amount")
    price = within(what.price, 0, MOST_ZENY, "vending_sale.price")
    return {
        "other_char_id": _other(what.buyer_char_id, "vending_sale.buyer_char_id"),
        "target_id": _id(what.item_id, "vending_sale.item_id"),
        "number": pieces,
        "zeny": within(price * pieces, 0, MOST_ZENY, "vending_sale.price"),
    }


def _item_pick(what: world_pb2.ItemPick) -> Fields:
    return _item(what, "item_pick")


def _item_drop(what: world_pb2.ItemDrop) -> Fields:
    return _item(what, "item_drop")


def _item(what: world_pb2.ItemPick | world_pb2.ItemDrop, name: str) -> Fields:
    return {
        "target_id": _id(what.item_id, f"{name}.item_id"),
        "number": within(what.amount or 1, 1, MOST_PIECES, f"{name}.amount"),
    }


def _zeny_change(what: world_pb2.ZenyChange) -> Fields:
    if what.change == 0:
        raise Fault(Faulty.EVENT_FAULT_OUT_OF_RANGE, "zeny_change.change")
    reason = ZENY_REASONS.get(what.reason)
    if reason is None:
        raise Fault(Faulty.EVENT_FAULT_OUT_OF_RANGE, "zeny_change.reason")
    return {
        "zeny": within(what.change, -MOST_ZENY, MOST_ZENY, "zeny_change.change"),
        "text": reason,
        "target_id": _id(what.item_id, "zeny_change.item_id", optional=True),
        "number": within(what.amount or 1, 1, MOST_PIECES, "zeny_change.amount"),
    }


def _quest_step(what: world_pb2.QuestStep) -> Fields:
    state = STEPS.get(what.state)
    if state is None:
        raise Fault(Faulty.EVENT_FAULT_OUT_OF_RANGE, "quest_step.state")
    return {"target_id": _id(what.quest_id, "quest_step.quest_id"), "text": state}


def _castle_owner(what: world_pb2.CastleOwner) -> Fields:
    castle = label(what.castle, messages.MAX_MAP)
    if not castle:
        raise Fault(Faulty.EVENT_FAULT_OUT_OF_RANGE, "castle_owner.castle")
    return {
        "text": castle,
        "target_id": _id(what.guild_id, "castle_owner.guild_id", optional=True),
        "detail": label(what.guild_name, MAX_LABEL),
    }


def _party_join(what: world_pb2.PartyJoin) -> Fields:
    return {"other_char_id": _other(what.other_char_id, "party_join.other_char_id")}


READERS: dict[str, Callable[[Any], Fields]] = {
    "log_in": _log_in,
    "log_out": _nothing,
    "kill": _kill,
    "mvp_kill": _mvp_kill,
    "death": _death,
    "base_level": _base_level,
    "job_level": _job_level,
    "map_change": _map_change,
    "trade": _trade,
    "vending_sale": _vending_sale,
    "item_pick": _item_pick,
    "item_drop": _item_drop,
    "zeny_change": _zeny_change,
    "quest_step": _quest_step,
    "castle_owner": _castle_owner,
    "party_join": _party_join,
}
