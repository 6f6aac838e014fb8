"""Quests as rAthena reads them: entries of db/import/quest_db.yml and a script function for each.

The slots are what AI World itself needs. A quest exported as a script leaves AI World: it pays what
the policy allows one quest, once a character, and outside the ledger."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import yaml

from npcs.pages import encodable, paginate
from quests.ledger import offered
from quests.life import SLOTS
from quests.models import DynamicQuest
from quests.policy import policy
from quests.rules import MOST_OBJECTIVES, Reward, clipped
from tenants.context import tenant

MOST = 500
DB, SCRIPT = "db/import/quest_db.yml", "npc/custom/ai_world/exported_quests.txt"
LONGEST_TITLE = 60
_UNSAFE = str.maketrans({'"': "'", "\\": "/", "^": "", ":": " ", "\n": " ", "\t": " ", "\r": " "})


def archive(quests: Iterable[DynamicQuest]) -> bytes:
    """A zip of both files, in the server's code page."""
    rows = list(quests)[:MOST]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as files:
        for name, text in ((DB, database(rows)), (SCRIPT, script(rows))):
            files.writestr(name, text.encode(tenant().code_page, "replace"))
    return packed.getvalue()


def database(quests: Sequence[DynamicQuest]) -> str:
    """The slots, then the quests, as quest_db of version 3."""
    first = policy().first_slot
    slots: list[dict[str, Any]] = [
        {"Id": first + at, "Title": f"AI quest {at + 1}"} for at in range(SLOTS)
    ]
    body = slots + [_entry(first + SLOTS + at, quest) for at, quest in enumerate(quests)]
    header = {"Type": "QUEST_DB", "Version": 3}
    return yaml.safe_dump({"Header": header, "Body": body}, sort_keys=False, allow_unicode=True)


def _entry(quest_id: int, quest: DynamicQuest) -> dict[str, Any]:
    entry: dict[str, Any] = {"Id": quest_id, "Title": safe(quest.title)[:LONGEST_TITLE]}
    if quest.time_limit:
        entry["TimeLimit"] = f"+{quest.time_limit}s"
    targets = [
        {"Id": at, "MobId": int(one["target"]), "Count": int(one["amount"])}
        for at, one in enumerate(quest.objectives[:MOST_OBJECTIVES])
        if one["kind"] == "kill"
    ]
    return entry | ({"Targets": targets} if targets else {})


def script(quests: Sequence[DynamicQuest]) -> str:
    """A function for each quest, to call from the NPC that gives it out."""
    first, rules = policy().first_slot + SLOTS, policy()
    parts = ["// Exported by AI World. These pay outside its ledger: no cap per day applies."]
    for at, quest in enumerate(quests):
        parts += _function(first + at, quest, clipped(offered(quest), rules))
    return "\n".join(parts) + "\n"


def _function(quest_id: int, quest: DynamicQuest, paid: Reward) -> Iterator[str]:
    yield f'\n// {safe(quest.title)}: callfunc("F_AIW_{quest_id}") in {safe(quest.npc.key)}'
    yield f"function\tscript\tF_AIW_{quest_id}\t{{"
    yield f"\tif (isbegin_quest({quest_id}) == 0) {{"
    yield from (f"\t\t{line}" for line in _said(quest))
    yield f'\t\tif (select("Yes:No") == 1) setquest {quest_id};'
    yield "\t\tclose;"
    yield "\t}"
    yield f"\tif (isbegin_quest({quest_id}) == 2) return 0;"
    for one in quest.objectives:
        yield f"\tif (!({_done(quest_id, one)})) {{"
        yield f'\t\tmes "[{safe(quest.npc.name)}]"; mes "..."; close;'
        yield "\t}"
    if paid.items:
        things = ",".join(f"{item},{pieces}" for item, pieces, _ in paid.items)
        yield f'\tif (!checkweight({things})) {{ mes "..."; close; }}'
    for one in quest.objectives:
        if one["kind"] == "item":
            yield f"\tdelitem {int(one['target'])}, {int(one['amount'])};"
    yield f"\tcompletequest {quest_id};"
    yield from (f"\t{line}" for line in _paying(paid))
    yield "\treturn 1;"
    yield "}"
    if any(one["kind"] not in ("kill", "item") for one in quest.objectives):
        yield f'// Where the player does what is asked for: callfunc("F_AIW_{quest_id}_Done");'
        yield f"function\tscript\tF_AIW_{quest_id}_Done\t{{"
        yield f"\tif (isbegin_quest({quest_id}) == 1) AIW_{quest_id} = 1;"
        yield "\treturn;"
        yield "}"


def _said(quest: DynamicQuest) -> Iterator[str]:
    server = tenant()
    pages = paginate(
        quest.text, columns=server.page_columns, lines_per_page=server.page_lines,
        code_page=server.code_page,
    )  # fmt: skip
    for page in pages:
        yield f'mes "[{safe(quest.npc.name)}]";'
        yield from (f'mes "{safe(line)}";' for line in page.lines)
        yield "next;"


def _done(quest_id: int, one: dict[str, Any]) -> str:
    if one["kind"] == "kill":
        return f"checkquest({quest_id}, HUNTING) == 2"
    if one["kind"] == "item":
        return f"countitem({int(one['target'])}) >= {int(one['amount'])}"
    return f"AIW_{quest_id}"


def _paying(paid: Reward) -> Iterator[str]:
    if paid.zeny:
        yield f"Zeny += {paid.zeny};"
    if paid.exp:
        yield f"getexp {paid.base_exp}, {paid.job_exp};"
    for item, pieces, _ in paid.items:
        yield f"getitem {item}, {pieces};"


def safe(text: str) -> str:
    """What may stand in a script's string: nothing that ends it, and nothing the client reads."""
    return encodable(text.translate(_UNSAFE), tenant().code_page)
