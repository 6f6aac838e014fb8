"""Quests through the table: the calls that scripts may make, and nothing else."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grpc_api.mailbox import quests
from grpc_api.mailbox.asks import LONGEST_LINE, MOST_FIELDS, Answer, Ask
from grpc_api.pb.aiworld.v1 import common_pb2, quests_pb2
from quests.models import RewardAlert, RewardEntry
from tenants.context import in_tenant
from tests.conftest import make_npc
from tests.grpc_api.mailbox import script
from tests.grpc_api.mailbox.conftest import until_ready

NPC = b"prontera/Brannoc#town"
ANSWERED, OWN_SCRIPT = 2, 3
NAMES = ("AcceptQuest", "ConfirmGrant", "ReportProgress", "GenerateQuest", "ClaimGrants")


def body(name, fields):
    """What AI_Call writes: a value is one line, whatever is in it."""
    [(before, after)] = re.findall(
        r'replacestr\("" \+ getarg\(\.@i \+ 1\), ("\\n"), (" ")\)', script.functions()["AI_Call"]
    )
    lines = [name.encode()]
    for key, value in fields.items():
        text = value if isinstance(value, bytes) else str(value).encode()
        lines.append(
            key.encode() + b"=" + text.replace(eval(before).encode(), eval(after).encode())
        )
    return b"\n".join(lines)


def call(game, name, **fields):
    """What AI_Call does: what it returns, and what AI_Result reads then."""
    row = script.ask(game, kind=b"call", text=body(name, fields), npc=NPC)
    if until_ready(game, row) != ANSWERED:
        return 2, {}
    names, values = (
        [line for (line,) in game.query(script.filled(one, row))]
        for one in list(script.statements(script.functions()["AI_Call"]))[:2]
    )
    said = dict(zip([one.decode() for one in names], values, strict=True))
    return int("error" in said), said


def test_a_quest_goes_from_the_offer_to_the_reward(
    started, grpc_address, api_key, npc, game, server
):
    with in_tenant(server):
        make_npc("prontera/Hedwig#inn", role="innkeeper", x=100, y=100)
        make_npc("geffen/Torvald#2", role="sailor")
    started(grpc_address, api_key)
    code, offer = call(game, "GenerateQuest", kinds="social", items="501,502,")
    assert (code, offer["quest.status"]) == (0, b"offered"), offer
    assert int(offer["quest.pages.count"]) >= 1 and offer["quest.pages.0.lines.0"]
    quest = offer["quest.id"]
    _, taken = call(game, "AcceptQuest", quest_id=quest)
    assert (taken["quest.status"], taken["quest.slot_id"]) == (b"active", b"95000")
    code, told = call(game, "CompleteQuest", quest_id=quest)
    assert code == 1 and told["error"]
    _, done = call(game, "ReportProgress", quest_id=quest, counts="0,1,")
    assert done["quest.ready"] == b"1"
    assert call(game, "CompleteQuest", quest_id=quest)[0] == 0
    _, due = call(game, "ClaimGrants", last_given=0)
    assert (due["grants.count"], due["grants.0.kind"]) == (b"1", b"grant")
    of = {
        name: due.get(f"grants.0.reward.{name}", b"0") for name in ("zeny", "base_exp", "job_exp")
    }
    given = {"grant_id": due["grants.0.id"], "outcome": "given"} | of
    assert call(game, "ConfirmGrant", **given, signature="00" * 32)[0] == 1
    code, said = call(game, "ConfirmGrant", **given, signature=due["grants.0.signature"])
    assert code == 0 and "differs" not in said
    assert "grants.0.id" not in call(game, "ClaimGrants", last_given=given["grant_id"])[1]
    with in_tenant(server):
        assert RewardEntry.objects.get().zeny == int(of["zeny"])
        assert not RewardAlert.objects.exists()


def test_what_is_no_call_of_quests_goes_back(started, grpc_address, api_key, npc, game):
    started(grpc_address, api_key)
    for name, fields in (
        ("Forget", {}),
        ("GenerateQuest", {"player.char_id": 1}),
        ("AcceptQuest", {"quest_id": -1}),
        ("AcceptQuest", {"quest_id": 2**63}),
        ("ConfirmGrant", {"grant_id": 1, "outcome": "stolen"}),
    ):
        assert call(game, name, **fields) == (2, {}), name
    code, said = call(game, "AcceptQuest", quest_id=4711)
    assert (code, said) == (1, {"error": b"NotFound"})


def test_a_platform_that_is_away_leaves_it_open_what_happened(started, npc, game):
    started("127.0.0.1:9", "sk-of-nobody")
    assert call(game, "CompleteQuest", quest_id=1) == (2, {})


def row(text):
    return Ask(
        id=1, claim="", kind="call", waits=True, npc=NPC, npc_x=1, npc_y=2, char_id=150_001,
        account_id=7, base_level=20, name=b"Aline", body=text, number=0,
        asked_at=datetime(2026, 1, 1, tzinfo=UTC), microseconds_left=10**6,
    )  # fmt: skip


VALUES = st.one_of(
    st.binary(max_size=30),
    st.integers(-(2**70), 2**70),
    st.sampled_from((b"1\nquest_id=2", b"=", b"")),
)
FIELDS = st.dictionaries(
    st.sampled_from(("quest_id", "counts", "answer", "index", "items", "zeny", "player.char_id")),
    VALUES, max_size=4,
)  # fmt: skip


@given(name=st.sampled_from(NAMES), fields=FIELDS)
@example(name="ReportProgress", fields={"quest_id": 1, "index": 0, "answer": b"x\nquest_id=9"})
def test_a_row_asks_for_its_own_player_only_whatever_stands_in_it(name, fields):
    player = common_pb2.Player(char_id=150_001)
    try:
        method, made = quests.request(row(body(name, fields)), npc="prontera/Smith", player=player)
    except quests.Wrong:
        return
    assert method == name and made.player.char_id == 150_001
    if "quest_id" in fields and hasattr(made, "quest_id"):
        assert made.quest_id == int(fields["quest_id"])


@given(text=st.binary(max_size=300))
def test_bytes_that_are_no_call_are_wrong_and_nothing_worse(text):
    with pytest.raises(quests.Wrong):
        quests.request(row(text), npc="prontera/Smith", player=common_pb2.Player())


def test_names_and_values_fit_the_table_and_say_what_the_reply_says():
    quest = quests_pb2.Quest(
        id=7, status="QUEST_STATUS_ACTIVE", text="A long tale", raw_title="Ré".encode("cp1252"),
        pages=[common_pb2.Page(lines=["Ré"], raw_lines=["Ré".encode("cp1252")])],
        objectives=[quests_pb2.QuestObjective(index=1, kind="OBJECTIVE_KIND_KILL", target_id=1002,
                                              target_name="Poring", count=3, consumed=True)],
    )  # fmt: skip
    said = dict(quests.told(quests_pb2.QuestReply(quest=quest, repeated=True), "cp1252"))
    assert said[b"quest.status"] == b"active" and said[b"quest.objectives.0.kind"] == b"kill"
    assert said[b"quest.pages.0.lines.0"] == b"R\xe9" and said[b"quest.pages.count"] == b"1"
    assert said[b"quest.objectives.0.consumed"] == b"1" and b"quest.objectives.0.x" not in said
    grants = [quests_pb2.Grant(id=n, signature=b"\0\xff") for n in range(1, 21)]
    said = dict(quests.told(quests_pb2.ClaimGrantsReply(grants=grants), "cp1252"))
    assert said[b"grants.count"] == b"10" and said[b"grants.0.signature"] == b"00ff"
    many = Answer(fields=tuple((b"n%d" % at, b"v" * 400) for at in range(400)))
    assert len(many.lines) == 2 * MOST_FIELDS
    assert {page for page, _ in many.lines} == {0, 1}
    assert max(len(line) for _, line in many.lines) == LONGEST_LINE


def test_the_scripts_make_only_calls_that_there_are():
    text = (script.LIBRARY.parent / "quests.txt").read_text()
    made = re.findall(r'"AI_Call", "(\w+)"([^;{]*)', text)
    assert {name for name, _ in made} == set(quests.CALLS)
    for name, fields in made:
        assert set(re.findall(r'"(\w+)",', fields)) <= quests.CALLS[name].names, name
    heads = set(re.findall(r"^function\tscript\t(\w+)", text, re.M)) | set(script.functions())
    assert set(re.findall(r'callfunc\(? ?"(\w+)"', text)) <= heads
