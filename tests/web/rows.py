"""One row in every table of a server."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.utils import timezone

from agents.models import AgentChange, AgentDay, AgentPerformanceMetric, AgentRun, AgentSetting
from inference.ledger.models import LLMRequestCache, MLModelPrediction
from npcs.models import (
    Conversation,
    ConversationTurn,
    DialogueEmbedding,
    GoldenConversation,
    GoldenRun,
    InformationSharing,
    KnowledgePack,
    NpcDecision,
    NpcMemory,
    NpcRelationship,
    PlayerStanding,
)
from quests import policy
from quests.models import (
    DynamicQuest,
    QuestMember,
    QuestTemplate,
    RewardAlert,
    RewardClock,
    RewardCounter,
    RewardEntry,
    RewardItem,
)
from tests.conftest import make_npc
from world.models import (
    ActivityHour,
    BossFight,
    BossFighter,
    BossRating,
    CheatAlert,
    DungeonDelver,
    DungeonRun,
    EconomicTransaction,
    FactionNode,
    GameDrop,
    GameEvent,
    GameEventId,
    GameImport,
    GameItem,
    GameJob,
    GameMap,
    GameMonster,
    GameOffer,
    GameQuest,
    GameSkill,
    GameSpawn,
    LearnedModel,
    PlayerInteraction,
    PlayerProfile,
    ReputationScore,
    StandingMove,
    TimelineVisit,
    TreasureFind,
    WorldEvent,
    WorldEventLimit,
    WorldStateSnapshot,
)

VECTOR = [0.0123456] * 384


def make_conversation(npc, *said, char_id=150_001, player_name="Aline", minutes_ago=5, **fields):
    """`said` are pairs of what the player and what the NPC said."""
    start = timezone.now() - timedelta(minutes=minutes_ago)
    talk = Conversation.objects.create(
        npc=npc,
        char_id=char_id,
        player_name=player_name,
        map_name=npc.map_name,
        started_at=start,
        last_turn_at=start + timedelta(seconds=20 * len(said)),
        turn_count=len(said),
    )
    for at, (player_text, npc_text) in enumerate(said):
        defaults = {
            "trust": min(2.5 + at / 5, 10),
            "trust_change": 0.2,
            "source": "llm",
            "latency_ms": 640,
        }
        ConversationTurn.objects.create(
            conversation=talk,
            request_id=f"{talk.pk}-{at}",
            player_text=player_text,
            npc_text=npc_text,
            created_at=start + timedelta(seconds=20 * at),
            **defaults | fields,
        )
    return talk


def fill(npc):
    """Returns the rows by model."""
    now = timezone.now()
    friend = make_npc("prontera/Hedwig#inn", role="innkeeper")
    talk = make_conversation(npc, ("Good day!", "Good day to you, traveller."))
    turn = talk.turns.get()
    player = PlayerProfile.objects.create(char_id=150_001, name="Aline")
    other = PlayerProfile.objects.create(char_id=150_002, name="Bruno")
    guild = FactionNode.objects.create(key="smiths", name="Smiths", kind="guild")
    template = QuestTemplate.objects.create(key="iron", kind="collect", title="Iron", text="Bring")
    memory = NpcMemory.objects.create(
        npc=npc, char_id=150_001, player_name="Aline", speaker="player", text="My sister is ill",
        happened_at=now, embedding=VECTOR, turn=turn,
    )  # fmt: skip
    fact = npc.knowledge.first()
    quest = DynamicQuest.objects.create(
        npc=npc, template=template, kind="collect", title="Iron for Brannoc", text="Bring iron"
    )
    entry = RewardEntry.objects.create(
        kind="grant", quest_number=quest.pk, char_id=150_001, npc_key=npc.key, difficulty=1,
        day=now.date(), zeny=5, base_exp=0, job_exp=0, item_value=0, cause="completed: Iron",
        granted_at=now, salt="1", subject="2", signature="3",
    )  # fmt: skip
    rules = policy.row()
    kept = GoldenConversation.objects.create(
        npc=npc, name="smith", conversation=talk, language="en", made_by="owner",
        lines=[{"player": "Good day!", "npc": "Good day to you.", "trust": 2}],
    )  # fmt: skip
    run = AgentRun.objects.create(
        agent="karma", subject="150001", window="request:1", cause="call", char_id=150_001,
        began_at=now, lease_until=now, status="done",
    )  # fmt: skip
    item = GameItem.objects.create(id=70_001, aegis_name="Dew", name="Dew", kind="Etc", buy=6)
    monster = GameMonster.objects.create(
        id=71_001, aegis_name="PUDDLE", name="Puddle", level=2, size="Medium", race="Plant",
        element="Water", rank="Normal",
    )  # fmt: skip
    field = GameMap.objects.create(name="our_field", width=40, height=40, flags={"nomemo": ""})
    event = WorldEvent.objects.create(kind="festival", title="Harvest", starts_at=now)
    fight = BossFight.objects.create(
        event=event, monster_id=71_001, map_name="our_field", percent=120, level=2,
        win_chance=0.5, begins_at=now,
    )  # fmt: skip
    rows = [
        item,
        monster,
        field,
        GameDrop.objects.create(monster=monster, item=item, position=0, rate=7000),
        GameSpawn.objects.create(map=field, monster=monster, amount=40, source="npc/mobs.txt:1"),
        GameOffer.objects.create(
            map=field, x=5, y=6, shop="Nilo", item=item, price=6, source="npc/shops.txt:1"
        ),
        GameSkill.objects.create(id=9001, aegis_name="OUR_CALM", name="Calm Mind"),
        GameQuest.objects.create(id=72_001, title="Puddles"),
        GameJob.objects.create(name="Novice", max_base_level=99),
        GameImport.objects.create(
            mode="re",
            seconds=1.5,
            warnings=1,
            first_warnings=["db/x.yml:3: left out"],
            counts={"game_items": {"rows": 1, "added": 1, "changed": 0, "removed": 0}},
        ),
        run,
        AgentChange.objects.create(
            run=run,
            position=0,
            label="world.PlayerProfile",
            row="150001",
            action="update",
            before={"karma": 0},
            after={"karma": 75},
        ),  # fmt: skip
        AgentSetting.objects.create(agent="karma"),
        AgentDay.objects.create(agent="karma", day=now.date(), runs=2, changes=3),
        StandingMove.objects.create(player=player, deed="help", points=40, moved_at=now),
        BossRating.objects.create(char_id=150_001, rating=1_250.0, fights=4),
        fight,
        BossFighter.objects.create(fight=fight, char_id=150_001, came=True),
        TreasureFind.objects.create(event=event, char_id=150_001, step=1, moved_at=now),
        DungeonRun.objects.create(event=event, moved_at=now),
        DungeonDelver.objects.create(event=event, char_id=150_001, slain=4),
        kept,
        GoldenRun.objects.create(golden=kept, asked_by="owner"),
        npc,
        fact,
        memory,
        talk,
        turn,
        KnowledgePack.objects.create(name="tides", attribution="As every sailor knows"),
        NpcRelationship.objects.create(npc=npc, char_id=150_001, player_name="Aline"),
        PlayerStanding.objects.create(char_id=150_001, player_name="Aline"),
        DialogueEmbedding.objects.create(turn=turn, npc=npc, embedding=VECTOR),
        NpcDecision.objects.create(npc=npc, situation="Rain", chosen="stay", source="template"),
        InformationSharing.objects.create(
            teller=npc, listener=friend, memory=memory, knowledge=fact, told_text="She is ill"
        ),
        player,
        guild,
        ReputationScore.objects.create(player=player, faction=guild),
        PlayerInteraction.objects.create(source=player, target=other, kind="trade", last_at=now),
        event,
        WorldStateSnapshot.objects.create(taken_at=now, state={"weather": "rain"}),
        EconomicTransaction.objects.create(happened_at=now, kind="trade", zeny=-500),
        GameEvent.objects.create(happened_at=now, kind="kill", char_id=150_001, target_id=1002),
        GameEventId.objects.create(digest=uuid.uuid4(), received_at=now),
        CheatAlert.objects.create(
            char_id=150_001,
            kind="bot_detection",
            score=0.9,
            threshold=0.8,
            weights="simulated",
            version="0" * 64,
            evidence=[["shape_rhythm", 0.1, 0.9, 0.5]],
            raised_at=now,
            found_at=now,
        ),  # fmt: skip
        LearnedModel.objects.create(key="churn", serves="learned", weights="simulated", drift=0.1),
        ActivityHour.objects.create(hour=now, kind="kill", number=1),
        WorldEventLimit.objects.create(kind="festival", per_day=3),
        TimelineVisit.objects.create(user_id=1, seen_at=now, before_at=now - timedelta(days=2)),
        template,
        quest,
        QuestMember.objects.create(quest=quest, char_id=150_001, counted=[0], seen=[0]),
        entry,
        RewardAlert.objects.create(kind="differs", entry=entry, detail="granted 5, given 6"),
        rules,
        rules.caps.first(),
        RewardItem.objects.create(item_id=501, name="Red Potion", value=20),
        RewardClock.objects.create(day=now.date(), salt="0"),
        RewardCounter.objects.create(scope="server", subject="0", day=now.date(), zeny=5),
        AgentPerformanceMetric.objects.create(
            measured_at=now, agent="dialogue", metric="seconds", value=0.4
        ),
        LLMRequestCache.objects.create(
            task="dialogue", provider="deepseek", model="deepseek-chat", prompt_digest="0" * 64
        ),
        MLModelPrediction.objects.create(
            model="churn", version="1", subject="char:150001", prediction={"p": 0.2}
        ),
    ]
    return {type(row): row for row in rows}
