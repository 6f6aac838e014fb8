"""Quests for scripts: which calls a row may make, out of what its script wrote, and what comes back
as names and values.

The first line of the row's text is the call, each further one `name=value`. Who asks, and where,
are columns of the row, so no text decides whose quest it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from grpc_api.mailbox.asks import Ask
from grpc_api.pb.aiworld.v1 import common_pb2, quests_pb2

MOST_GRANTS = 10
"""Handed over at once; the others with the next call."""
MOST_OBJECTIVES, MOST_ITEMS, MOST_HELD = 10, 10, 100
KEPT = {
    "id", "status", "slot_id", "ready", "kind", "target_id", "target_name", "map", "x", "y",
    "radius", "count", "done", "text", "consumed", "lines", "sequence", "signature", "zeny",
    "base_exp", "job_exp", "item_id", "amount", "repeated", "postponed", "differs",
}  # fmt: skip
"""Fields of a reply that a script has use for."""


class Wrong(Exception):
    """The row is no call of these; the reason is for the log."""


class Fields(NamedTuple):
    """What the script wrote behind the call's name."""

    values: dict[str, bytes]

    def number(self, name: str, most: int = 2**31 - 1) -> int:
        """0-most; 0 if it is not there. Raises Wrong."""
        value = self.values.get(name, b"0")
        if not (value.isdigit() and len(value) < 20 and int(value) <= most):
            raise Wrong(f"{name} is no number from 0 to {most}")
        return int(value)

    def numbers(self, name: str, most: int) -> list[int]:
        """Separated by commas; the first `most`. Raises Wrong."""
        found = [one for one in self.values.get(name, b"").split(b",") if one][:most]
        if not all(one.isdigit() and len(one) < 11 for one in found):
            raise Wrong(f"{name} are no numbers")
        return [int(one) for one in found]

    def pairs(self, name: str, most: int) -> list[tuple[int, int]]:
        """Raises Wrong."""
        found = self.numbers(name, most * 2)
        return list(zip(found[::2], found[1::2], strict=False))


Make = Callable[[Ask, Fields, str, common_pb2.Player], Message]


def request(ask: Ask, *, npc: str, player: common_pb2.Player) -> tuple[str, Message]:
    """Name of the method and its request. Raises Wrong."""
    call, *lines = ask.body.split(b"\n")
    name = call.decode("ascii", "replace")
    if name not in CALLS:
        raise Wrong(f"{name[:40]!r} is no call for scripts")
    values = {}
    for line in lines:
        key, separator, value = line.partition(b"=")
        if not separator or key.decode("ascii", "replace") not in CALLS[name].names:
            raise Wrong(f"{name} has no {key[:40]!r}")
        values[key.decode("ascii")] = value
    return name, CALLS[name].make(ask, Fields(values), npc, player)


def _generate(ask: Ask, fields: Fields, npc: str, player: common_pb2.Player) -> Message:
    return quests_pb2.GenerateQuestRequest(
        request_id=ask.request_id,
        npc=npc,
        player=player,
        account_id=ask.account_id,
        base_level=ask.base_level,
        place=common_pb2.Place(map=npc.partition("/")[0], x=ask.npc_x, y=ask.npc_y),
        party_size=fields.number("party_size", 100),
        items=fields.numbers("items", MOST_HELD),
        kinds=_kinds(fields.values.get("kinds", b"")),
    )


def _kinds(names: bytes) -> list[str]:
    found = [
        f"QUEST_KIND_{one.upper()}" for one in names.decode("ascii", "replace").split(",") if one
    ]
    if unknown := set(found) - set(quests_pb2.QuestKind.DESCRIPTOR.values_by_name):
        raise Wrong(f"{min(unknown)[:40]!r} is no kind of quest")
    return found


def _accept(ask: Ask, fields: Fields, npc: str, player: common_pb2.Player) -> Message:
    quest = fields.number("quest_id", 2**63 - 1)
    return quests_pb2.AcceptQuestRequest(quest_id=quest, player=player, account_id=ask.account_id)


def _progress(ask: Ask, fields: Fields, npc: str, player: common_pb2.Player) -> Message:
    """`counts`: index, count, index, count ...; or `index` and `answer`."""
    told = [
        quests_pb2.Progress(index=at, count=count)
        for at, count in fields.pairs("counts", MOST_OBJECTIVES)
    ]
    if "answer" in fields.values:
        index = fields.number("index", MOST_OBJECTIVES)
        told = [quests_pb2.Progress(index=index, raw_answer=fields.values["answer"])]
    quest = fields.number("quest_id", 2**63 - 1)
    return quests_pb2.ReportProgressRequest(quest_id=quest, player=player, progress=told)


def _complete(ask: Ask, fields: Fields, npc: str, player: common_pb2.Player) -> Message:
    quest = fields.number("quest_id", 2**63 - 1)
    return quests_pb2.CompleteQuestRequest(quest_id=quest, player=player)


def _abandon(ask: Ask, fields: Fields, npc: str, player: common_pb2.Player) -> Message:
    quest = fields.number("quest_id", 2**63 - 1)
    return quests_pb2.AbandonQuestRequest(quest_id=quest, player=player)


def _list(ask: Ask, fields: Fields, npc: str, player: common_pb2.Player) -> Message:
    return quests_pb2.ListQuestsRequest(player=player)


def _claim(ask: Ask, fields: Fields, npc: str, player: common_pb2.Player) -> Message:
    last = fields.number("last_given", 2**32 - 1)
    return quests_pb2.ClaimGrantsRequest(player=player, last_given=last, takes_back=True)


def _confirm(ask: Ask, fields: Fields, npc: str, player: common_pb2.Player) -> Message:
    """`items`: item, amount, item, amount ..."""
    outcome = fields.values.get("outcome", b"").decode("ascii", "replace").upper()
    if f"GRANT_OUTCOME_{outcome}" not in quests_pb2.GrantOutcome.DESCRIPTOR.values_by_name:
        raise Wrong("outcome is none")
    most = 2**63 - 1
    return quests_pb2.ConfirmGrantRequest(
        grant_id=fields.number("grant_id", most),
        player=player,
        signature=_unhexed(fields.values.get("signature", b"")),
        outcome=f"GRANT_OUTCOME_{outcome}",
        given=quests_pb2.Reward(
            zeny=fields.number("zeny", most),
            base_exp=fields.number("base_exp", most),
            job_exp=fields.number("job_exp", most),
            items=[
                quests_pb2.RewardItem(item_id=one, amount=many)
                for one, many in fields.pairs("items", MOST_ITEMS)
            ],
        ),
    )


def _unhexed(value: bytes) -> bytes:
    try:
        return bytes.fromhex(value.decode("ascii"))
    except ValueError:
        raise Wrong("the signature is not hexadecimal") from None


class Call(NamedTuple):
    make: Make
    names: frozenset[str]


def _call(make: Make, *names: str) -> Call:
    return Call(make, frozenset(names))


CALLS = {
    "GenerateQuest": _call(_generate, "party_size", "items", "kinds"),
    "AcceptQuest": _call(_accept, "quest_id"),
    "ReportProgress": _call(_progress, "quest_id", "counts", "index", "answer"),
    "CompleteQuest": _call(_complete, "quest_id"),
    "AbandonQuest": _call(_abandon, "quest_id"),
    "ListQuests": _call(_list),
    "ClaimGrants": _call(_claim, "last_given"),
    "ConfirmGrant": _call(
        _confirm, "grant_id", "signature", "outcome", "zeny", "base_exp", "job_exp", "items"
    ),
}


def told(reply: Message, code_page: str, prefix: str = "") -> Iterator[tuple[bytes, bytes]]:
    """What the reply says, as `quest.objectives.0.target_id` and `1002`; lists have a `.count`.
    Zero and empty values are left out."""
    fields = {field.name: value for field, value in reply.ListFields()}
    for field, value in reply.ListFields():
        name = field.name.removeprefix("raw_")
        if f"raw_{name}" in fields and name == field.name:
            continue
        if field.is_repeated:
            some = list(value)[: MOST_GRANTS if name == "grants" else None]
            if name in KEPT or field.message_type:
                yield f"{prefix}{name}.count".encode(), b"%d" % len(some)
                for at, one in enumerate(some):
                    yield from _one(field, one, f"{prefix}{name}.{at}", name, code_page)
        else:
            yield from _one(field, value, f"{prefix}{name}", name, code_page)


def _one(
    field: FieldDescriptor, value: Any, path: str, name: str, code_page: str
) -> Iterator[tuple[bytes, bytes]]:
    if field.message_type and field.message_type.full_name.startswith("aiworld."):
        yield from told(value, code_page, f"{path}.")
    elif name in KEPT and not field.message_type:
        yield path.encode(), _written(field, value, code_page)


def _written(field: FieldDescriptor, value: Any, code_page: str) -> bytes:
    if field.enum_type:
        return _short(field.enum_type.values_by_number[value].name, field.enum_type.values)
    if isinstance(value, bytes):
        return value if field.name.startswith("raw_") else value.hex().encode()
    if isinstance(value, str):
        return value.encode(code_page, "replace")
    return b"%d" % int(value)


def _short(name: str, of: Sequence[Any]) -> bytes:
    """`active` of QUEST_STATUS_ACTIVE."""
    prefix = of[0].name.removesuffix("UNSPECIFIED")
    return name.removeprefix(prefix).lower().encode()
