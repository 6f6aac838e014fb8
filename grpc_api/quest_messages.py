"""Between the messages of Quests and what the subject modules speak."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from aiworld.errors import Invalid
from grpc_api import messages
from grpc_api.pb.aiworld.v1 import quests_pb2
from npcs.pages import encodable
from quests.models import DynamicQuest, QuestKind, RewardEntry
from quests.models.policy import MOST
from quests.offering import ALL_KINDS
from quests.progress import Report
from tenants.models import Server

MOST_ITEMS, MOST_PROGRESS = 200, 10
OBJECTIVES = {
    "kill": quests_pb2.OBJECTIVE_KIND_KILL,
    "item": quests_pb2.OBJECTIVE_KIND_ITEM,
    "visit": quests_pb2.OBJECTIVE_KIND_VISIT,
    "talk": quests_pb2.OBJECTIVE_KIND_TALK,
    "answer": quests_pb2.OBJECTIVE_KIND_ANSWER,
    "escort": quests_pb2.OBJECTIVE_KIND_ESCORT,
}
ITS_OWN_ID = ("kill", "item")


def kinds(asked: Any) -> tuple[str, ...]:
    """Raises Invalid for one that is not known."""
    if not asked:
        return ALL_KINDS
    names = {f"QUEST_KIND_{name.upper()}": str(name) for name in QuestKind.values}
    try:
        return tuple(dict.fromkeys(names[quests_pb2.QuestKind.Name(each)] for each in asked))
    except (KeyError, ValueError):
        raise Invalid("kinds holds one that is no kind of quest", field="kinds") from None


def quest(row: DynamicQuest, server: Server) -> quests_pb2.Quest:
    members = list(row.members.order_by("pk").values_list("char_id", flat=True))
    told = quests_pb2.Quest(
        id=row.pk,
        npc=row.npc.key,
        kind=f"QUEST_KIND_{row.kind.upper()}",
        difficulty=row.difficulty,  # type: ignore[arg-type]  # 1-6, as in the enum
        status=f"QUEST_STATUS_{row.status.upper()}",
        title=row.title,
        raw_title=encodable(row.title, server.code_page).encode(server.code_page),
        text=row.text,
        pages=messages.laid_out(row.text, server),
        objectives=[
            objective(at, one, server) for at, one in enumerate(row.objectives)
        ],  # fmt: skip
        reward=reward(row.reward),
        slot_id=row.slot_id,
        time_limit_seconds=row.time_limit,
        members=members,
        language=row.language,
        source="SOURCE_LLM" if row.source == "llm" else "SOURCE_TEMPLATE",
        max_members=row.max_members,
        ready=row.status == DynamicQuest.Status.ACTIVE
        and all(one["done"] >= one["amount"] for one in row.objectives),
    )
    if row.expires_at:
        told.expires_at.CopyFrom(stamp(row.expires_at))
    return told


def objective(at: int, one: dict[str, Any], server: Server) -> quests_pb2.QuestObjective:
    line = f"{one['name']} {one['done']}/{one['amount']}"
    own_id = one["kind"] in ITS_OWN_ID
    people = one["kind"] in ("talk", "escort")  # whose name solves a puzzle is not told
    return quests_pb2.QuestObjective(
        index=at,
        kind=OBJECTIVES[one["kind"]],
        target_id=int(one["target"]) if own_id else 0,
        target_npc=one["target"] if people else "",
        target_name=one["name"],
        map=one.get("map", ""),
        x=one.get("x", 0),
        y=one.get("y", 0),
        radius=one.get("radius", 0),
        count=one["amount"],
        done=one["done"],
        text=line,
        raw_text=encodable(line, server.code_page).encode(server.code_page),
        consumed=one.get("consumed", False),
    )


def reward(told: dict[str, Any]) -> quests_pb2.Reward:
    return quests_pb2.Reward(
        zeny=told.get("zeny", 0),
        base_exp=told.get("base_exp", 0),
        job_exp=told.get("job_exp", 0),
        items=[
            quests_pb2.RewardItem(item_id=item, amount=pieces)
            for item, pieces in told.get("items", [])
        ],
    )


def given(told: quests_pb2.Reward) -> dict[str, Any]:
    """What the map-server gave. Raises Invalid for what nobody can have given."""
    amounts = (told.zeny, told.base_exp, told.job_exp)
    if len(told.items) > MOST_ITEMS or not all(0 <= each <= MOST for each in amounts):
        raise Invalid("given holds amounts that nobody can have given", field="given")
    return {
        "zeny": told.zeny,
        "base_exp": told.base_exp,
        "job_exp": told.job_exp,
        "items": [[each.item_id, each.amount] for each in told.items],
    }


def grant(entry: RewardEntry) -> quests_pb2.Grant:
    items = [[item, pieces] for item, pieces, _ in entry.items]
    told = {"zeny": entry.zeny, "base_exp": entry.base_exp, "job_exp": entry.job_exp}
    return quests_pb2.Grant(
        id=entry.pk,
        kind=f"GRANT_KIND_{entry.kind.upper()}",
        quest_id=entry.quest_number,
        char_id=entry.char_id or 0,
        sequence=entry.pk,
        reward=reward({**told, "items": items}),
        signature=bytes.fromhex(entry.signature),
        granted_at=stamp(entry.granted_at),
    )


def reports(request: quests_pb2.ReportProgressRequest, server: Server) -> list[Report]:
    if not 1 <= len(request.progress) <= MOST_PROGRESS:
        raise Invalid(f"progress holds 1 to {MOST_PROGRESS} reports", field="progress")
    return [
        Report(
            index=each.index,
            count=each.count,
            answer=messages.text(each.answer, each.raw_answer, server, field="answer")
            if each.answer or each.raw_answer
            else "",
        )
        for each in request.progress
    ]


def stamp(moment: datetime) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(moment)
    return made
