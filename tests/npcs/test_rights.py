"""A player's rights: handed over and erased, in every table, cache and file."""

import json
import uuid

import pytest
from django.core.cache import caches
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.utils import timezone
from django_redis import get_redis_connection

from agents import runner
from aiworld.errors import Invalid
from aiworld.loops import wait_for
from inference.ledger.models import MLModelPrediction, UsageDay
from npcs import dialogue, flags, following, pruning, snapshots, standing, takeover
from npcs.models import (
    Conversation,
    ConversationTurn,
    InformationSharing,
    NpcDecision,
    NpcKnowledge,
    NpcMemory,
    NpcRelationship,
    NpcSnapshot,
    PlayerStanding,
)
from npcs.rights.erasing import erase
from npcs.rights.exporting import export
from npcs.rights.holdings import holdings
from npcs.turns import Said
from quests import alerts as reward_alerts
from quests import ledger
from quests.models import DynamicQuest, QuestMember, RewardEntry
from tenants import exporting as archives
from tenants.context import in_owner, in_schema
from tenants.models import AuditEntry
from tests.conftest import make_npc
from world.models import (
    BossFight,
    BossFighter,
    BossRating,
    CheatAlert,
    DungeonDelver,
    EconomicTransaction,
    FactionNode,
    GameEvent,
    PlayerInteraction,
    PlayerProfile,
    ReputationScore,
    TreasureFind,
    WorldEvent,
)

VICTIM, WORD, NAME = 150_001, "Xylophonquark", "Quuxalina"
OTHER, OTHER_WORD, OTHER_NAME = 150_002, "Zwiebelfrosch", "Brunhildur"


@pytest.fixture
def planted(owner, npc, inside, settings, tmp_path):
    """Both have left something everywhere; what a table keeps as text holds their word."""
    settings.EXPORT_DIR = tmp_path
    for who in ((VICTIM, WORD, NAME), (OTHER, OTHER_WORD, OTHER_NAME)):
        _live(npc, owner, *who)
        _write_over(who[0], who[1])
    snapshots.take(npc, label="before", made_by="owner")
    archive = archives.folder(inside) / "export.zip"
    archive.parent.mkdir()
    archive.write_text(WORD)
    caches["replies"].set("reply:1:2:3", {"text": f"{NAME}, {WORD}"}, 60)
    return npc


def _live(npc, owner, char_id, word, name):
    """Through the doors that a player and the staff use."""
    for text in (f"My sister {word} is ill.", f"Please remember that I hid {word} in Payon."):
        said = Said(npc_key=npc.key, char_id=char_id, player_name=name, text=text,
                    request_id=uuid.uuid4().hex)  # fmt: skip
        wait_for(dialogue.talk(said, seconds=5))
    talk = Conversation.objects.get(char_id=char_id)
    following.extract(talk.pk)
    turn = talk.turns.first()
    flags.flag(turn.pk, "wrong", user=owner, note=f"what about {word}")
    takeover.take(talk.pk, user=owner)
    takeover.say(talk.pk, f"I know {word}.", user=owner)
    standing.mute(char_id, minutes=60, by=owner, reason=f"said {word}", player_name=name)
    profile = PlayerProfile.objects.create(char_id=char_id, name=name)
    third, _ = PlayerProfile.objects.get_or_create(char_id=7, defaults={"name": "Third"})
    guild, _ = FactionNode.objects.get_or_create(key="g", defaults={"name": "G", "kind": "guild"})
    ReputationScore.objects.create(player=profile, faction=guild)
    now = timezone.now()
    PlayerInteraction.objects.create(source=third, target=profile, kind="trade", last_at=now)
    EconomicTransaction.objects.create(
        happened_at=now, kind="trade", char_id=7, other_char_id=char_id, zeny=800
    )
    event = WorldEvent.objects.create(kind="boss", title="A boss", starts_at=now)
    fight = BossFight.objects.create(event=event, monster_id=1, map_name="m", percent=100, level=1,
                                     win_chance=0.5, begins_at=now)  # fmt: skip
    BossFighter.objects.create(fight=fight, char_id=char_id)
    BossRating.objects.create(char_id=char_id, rating=1_000)
    CheatAlert.objects.create(
        char_id=char_id, kind="bot_detection", score=0.9, threshold=0.8, weights="simulated",
        version="0" * 64, evidence=[], raised_at=now, found_at=now,
    )  # fmt: skip
    TreasureFind.objects.create(event=event, char_id=char_id, step=1, moved_at=now)
    DungeonDelver.objects.create(event=event, char_id=char_id)
    GameEvent.objects.create(happened_at=now, kind="chat", char_id=char_id, data={"text": word})
    UsageDay.objects.create(day=now.date(), kind="player", subject=str(char_id), name=name)
    MLModelPrediction.objects.create(
        model="churn", version="1", subject=f"char:{char_id}", prediction={"said": word}
    )
    NpcDecision.objects.create(
        npc=npc, char_id=char_id, situation=f"{word} knocks", chosen="wait", source="composer"
    )
    memory = NpcMemory.objects.filter(char_id=char_id).first()
    listener = make_npc(f"prontera/Hedwig{char_id}#inn")
    heard = NpcKnowledge.objects.create(npc=listener, text=f"They say: {word}")
    InformationSharing.objects.create(
        teller=npc, listener=listener, memory=memory, became=heard, told_text=f"They say: {word}"
    )
    doomed = NpcMemory.objects.create(
        npc=npc, char_id=char_id, player_name=name, speaker="player", text=f"old {word}",
        happened_at=now,
    )  # fmt: skip
    pruning.prune(NpcMemory.objects.filter(pk=doomed.pk), by="owner", reason="tidy")
    quest = DynamicQuest.objects.create(
        npc=npc, char_id=char_id, kind="social", title=f"For {name}", text=word, status="completed"
    )
    QuestMember.objects.create(quest=quest, char_id=char_id, counted=[1], seen=[0])
    entry = ledger.pay(quest.pk, char_id, now=now)
    reward_alerts.sound("differs", entry, "granted 5, given 6")
    deed = {"deed": "rescue", "weight": 1.0, "told": word, "name": name}
    order = runner.Order(agent="karma", subject=str(char_id), window=f"request:{char_id}",
                         cause="call", params=deed, char_id=char_id)  # fmt: skip
    wait_for(runner.run(order))


def _write_over(char_id, word):
    for holding in holdings():
        if hasattr(holding.model, "ANONYMOUS"):
            continue  # signed by the platform, and never a player's words
        for row in holding.rows(char_id):
            values = {
                field.name: f"{word} {row.pk}"
                for field in holding.model._meta.concrete_fields
                if isinstance(field, models.TextField | models.CharField)
                and not (field.choices or field.unique or field.primary_key)
                and (field.max_length or 99) >= 50
                and field.name not in ("player_name", "name", "muted_by", "scope_key")
            }
            holding.model._default_manager.filter(pk=row.pk).update(**values)


def tables_with(word, *schemas):
    found = []
    with in_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%%I.%%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname = ANY(%s)",
            [list(schemas)],
        )
        tables = [row[0] for row in cursor.fetchall()]
        assert len(tables) > 50
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text ILIKE %s", [f"%{word}%"])
            if cursor.fetchone()[0]:
                found.append(table.partition(".")[2])
    return found


def in_redis(word):
    found = []
    for alias in ("default", "replies"):
        redis = get_redis_connection(alias)
        for key in redis.keys("*"):
            value = redis.get(key) if redis.type(key) == b"string" else b""
            if word.lower() in f"{key!r}{value!r}".lower():
                found.append(key)
    return found


def test_everything_that_was_planted_is_found_before(planted, inside):
    found = tables_with(WORD, inside.schema_name, "public")
    assert {"npc_memories", "conversation_turns", "npc_snapshots", "npc_memory_undo",
            "turn_flags", "staff_lines", "information_sharing_log", "npc_knowledge",
            "player_standing", "django_admin_log"} <= set(found)  # fmt: skip
    assert in_redis(WORD)
    empty = [one.model.__name__ for one in holdings() if not one.rows(VICTIM).exists()]
    assert set(empty) <= {"CachedAnswer", "GoldenConversation", "GoldenRun"}


def test_after_erasing_no_column_of_any_table_holds_a_word_of_theirs(planted, inside, owner):
    others_before = tables_with(OTHER_WORD, inside.schema_name, "public")
    gone = erase(VICTIM, by=owner)
    assert gone["npcs.ConversationTurn"] == 2
    for word in (WORD, NAME):
        assert tables_with(word, inside.schema_name, "public") == []
        assert in_redis(word) == []
    assert list(archives.folder(inside).glob("*")) == []
    assert tables_with(OTHER_WORD, inside.schema_name, "public") == others_before
    assert NpcRelationship.objects.filter(char_id=OTHER).exists()
    [kept] = RewardEntry.objects.filter(char_id=None)  # for the sums, and still signed
    assert (kept.salt, kept.cause) == ("", "") and ledger.genuine(kept)
    trades = EconomicTransaction.objects.order_by("pk").values_list("char_id", "other_char_id")
    assert list(trades) == [(7, None), (7, OTHER)], "the other side, and the sums, stay"
    assert not DynamicQuest.objects.filter(char_id=VICTIM).exists()
    [snapshot] = NpcSnapshot.objects.all()
    assert {row["char_id"] for row in snapshot.data["memories"]} == {OTHER}


def test_the_audit_says_who_erased_whom_and_nothing_that_was_said(planted, inside, owner):
    erase(VICTIM, by=owner)
    with in_schema():
        entry = AuditEntry.objects.get(action="player.erased")
    assert (entry.target, entry.actor) == (str(VICTIM), owner)
    assert WORD not in str(entry.details) and NAME not in str(entry.details)
    assert all(isinstance(number, int) for number in entry.details["rows"].values())


def test_a_mute_that_runs_and_the_wish_for_scripts_outlive_erasing(planted):
    standing.opt_out(VICTIM, out=True)
    erase(VICTIM)
    row = PlayerStanding.objects.get(char_id=VICTIM)
    assert row.muted_until and row.opted_out_at
    assert (row.player_name, row.mute_reason, row.told_at) == ("", "", None)


def test_erasing_twice_is_no_error_and_a_stranger_has_nothing(planted):
    erase(VICTIM)
    assert erase(VICTIM) == {}
    assert erase(999_999) == {}
    with pytest.raises(Invalid):
        erase(0)


def test_the_next_talk_begins_anew(planted, owner):
    erase(VICTIM)
    standing.mute(VICTIM, minutes=0, by=owner)
    said = Said(npc_key=planted.key, char_id=VICTIM, player_name=NAME, request_id="again",
                text="What is my sister's name?")  # fmt: skip
    reply = wait_for(dialogue.talk(said, seconds=5))
    assert WORD not in reply.text and reply.recalled == ()
    assert ConversationTurn.objects.filter(conversation__char_id=VICTIM).count() == 1


def test_what_is_handed_over_holds_every_table_and_is_json(planted, inside, owner):
    found = export(VICTIM, by=owner)
    text = json.dumps(found, cls=DjangoJSONEncoder)
    assert WORD in text and OTHER_WORD not in text and OTHER_NAME not in text
    assert {"conversations", "conversation_turns", "npc_memories", "npc_relationships",
            "player_profiles", "npc_snapshots", "turn_flags"} <= set(found["tables"])  # fmt: skip
    assert '"embedding"' not in text
    with in_schema():
        assert AuditEntry.objects.filter(action="player.exported", target=str(VICTIM)).exists()
