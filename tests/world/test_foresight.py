"""What is to be expected: read from a server's own tables, written down, scored, and judged by
people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone

from aiworld.errors import Invalid, NotFound, Refused
from benchmarks.population.reported import reported
from benchmarks.population.settings import TRAINING
from benchmarks.population.world import Population
from inference import cards, trainers
from inference.backends import chosen as asked
from inference.learned import errands, features, pairs, training
from inference.learned.days import summarise
from inference.learned.features import Table
from inference.learned.history import DAY, QUEST_KINDS
from inference.learned.lessons import LESSONS
from inference.ledger.models import MLModelPrediction
from npcs.models import Conversation, ConversationTurn
from npcs.rights import erasing
from quests.models import DynamicQuest
from tenants.context import in_tenant
from tests.conftest import make_npc
from world.foresight import alerts, hints, learning, naming, predicting, reading, schedule
from world.foresight.asking import Answer
from world.models import (
    CheatAlert,
    GameDrop,
    GameItem,
    GameMonster,
    LearnedModel,
    PlayerProfile,
)
from world.reports import archive
from world.reports.batches import Batch

DAYS = 24
TODAY = int(datetime.now(UTC).timestamp() // DAY)
STATES = ("active", "completed", "failed", "abandoned", "expired")


def when(at):
    return datetime.fromtimestamp(at, UTC)


@pytest.fixture(scope="module")
def lived():
    return Population(
        replace(TRAINING, players=50, pace=0.2, days=DAYS, first_day=TODAY - DAYS)
    ).history()


@pytest.fixture
def loaded(server, lived):
    """A server with the made-up days in its tables."""
    with in_tenant(server):
        archive.receive(Batch(list(reported(lived.events, source="sim")), timezone.now()))
        chars = np.unique(lived.events["char"]).tolist()
        PlayerProfile.objects.bulk_create(
            PlayerProfile(char_id=char, name=f"P{char}", base_level=30) for char in chars
        )
        PlayerProfile.objects.update(first_seen_at=when(lived.first_day * DAY))
        npc = make_npc()
        DynamicQuest.objects.bulk_create(_quest(npc, row) for row in lived.quests)
        for char in set(lived.turns["char"].tolist()):
            _talk(npc, char, lived.turns["at"][lived.turns["char"] == char])
    return server


@pytest.fixture
def told(loaded):
    """The test itself is in its schema."""
    with in_tenant(loaded):
        yield loaded


def _quest(npc, row):
    open_now = not np.isfinite(row["ended_at"])
    return DynamicQuest(
        npc=npc, char_id=int(row["char"]), kind=QUEST_KINDS[row["kind"]], title="a", text="b",
        difficulty=int(row["difficulty"]), level=int(row["level"]),
        objectives=[{"kind": "kill", "amount": int(row["amount"])}],
        # Several open ones of one NPC and character cannot be; all of them count as open.
        status="abandoned" if open_now else STATES[row["status"]],
        accepted_at=when(row["accepted_at"]), ended_at=None if open_now else when(row["ended_at"]),
    )  # fmt: skip


def _talk(npc, char, times):
    talk = Conversation.objects.create(
        npc=npc, char_id=char, player_name="P", started_at=when(times[0]),
        last_turn_at=when(times[-1]),
    )  # fmt: skip
    ConversationTurn.objects.bulk_create(
        ConversationTurn(conversation=talk, request_id=f"{char} {at}", player_text="a",
                         npc_text="b", trust=5, source="composer", created_at=when(at))
        for at in times.tolist()
    )  # fmt: skip


@pytest.fixture
def models(settings, tmp_path):
    """The real adapters, in this process."""
    settings.INFERENCE_BACKEND, settings.ML_MODEL_PATH = "local", tmp_path
    yield tmp_path
    asked.backend().engine.close()


def test_a_servers_tables_tell_what_the_map_server_reported(told, lived):
    found = summarise(reading.history(when(lived.ends_at), days=DAYS))
    meant = summarise(lived)
    assert found.first_day == meant.first_day and found.number == meant.number
    both = np.isin(meant.chars, found.chars)
    for table in (features.players,):
        one, other = table(found, DAYS), table(meant, DAYS)
        assert one.names == other.names
        assert np.allclose(one.values, other.values[both], atol=1e-6)
    assert np.allclose(errands.ended(found)[0].values, errands.ended(meant)[0].values)


def test_each_night_says_what_to_expect_and_the_truth_comes_later(told, lived, models):
    early, end = when(lived.ends_at) - timedelta(days=10), when(lived.ends_at)
    said = predicting.foresee(early)
    assert said["churn"] > 10 and said["churn"] == said["engagement"] == said["player_skill"]
    row = MLModelPrediction.objects.filter(model="churn").first()
    assert 0 <= row.confidence <= 1 and row.prediction["weights"] == "simulated"
    assert row.prediction["day"] == f"{early:%Y-%m-%d}" and len(row.version) == 64
    again = predicting.foresee(early)
    assert (
        again == said and MLModelPrediction.objects.filter(model="churn").count() == said["churn"]
    )
    assert not MLModelPrediction.objects.filter(truth__isnull=False).exists()
    predicting.foresee(end)
    days = summarise(lived)
    scored = MLModelPrediction.objects.filter(model="engagement").filter(truth__isnull=False)
    assert scored.count() > 10
    for row in scored:
        who = int(np.searchsorted(days.chars, int(row.subject.partition(":")[2])))
        minutes = days.of("minutes")[who, DAYS - 10 : DAYS - 3].sum()
        assert row.truth["value"] == pytest.approx(np.log1p(minutes), abs=1e-3)
    # Fourteen days are not over.
    assert not MLModelPrediction.objects.filter(model="churn").filter(truth__isnull=False).exists()
    assert LearnedModel.objects.get(pk="churn").serves in ("learned", "baseline")


def test_without_events_nothing_is_said(inside):
    assert predicting.foresee() == {} and not LearnedModel.objects.exists()
    assert schedule.hand_over() == 0


def test_while_the_models_are_away_it_says_so(told, lived, settings):
    settings.INFERENCE_BACKEND, settings.INFERENCE_SOCKET = "remote", "/nowhere/inference.sock"
    assert predicting.foresee(when(lived.ends_at))["churn"] == 0
    row = LearnedModel.objects.get(pk="churn")
    assert "away" in row.note and row.serves == ""


def answer(*values, alert_at=0.8):
    return Answer(values=list(values), model="learned", weights="simulated", version="v" * 64,
                  alert_at=alert_at)  # fmt: skip


@pytest.fixture
def reasons(monkeypatch):
    def ask(key, table, *, explain):
        assert explain
        return Answer(because=[[["shape_rhythm", 0.1, 0.9, 0.5]] for _ in table.values])

    monkeypatch.setattr(alerts, "ask", ask)


TABLE = Table(("shape_rhythm",), np.array([[0.1], [0.9], [0.2]]))
WHO = np.array([150_001, 150_002, 150_003])
NIGHT = timedelta(days=1)


def raise_those(said, now=None):
    return alerts.raise_those("bot_detection", TABLE, WHO, said, now=now or timezone.now()).tolist()


def test_an_alert_has_its_evidence_and_leaves_the_player_alone(inside, reasons):
    PlayerProfile.objects.create(char_id=150_001, name="Aline", karma=5)
    before = PlayerProfile.objects.values().get()
    assert raise_those(answer(0.9, 0.1, 0.85)) == [0, 2]
    row = CheatAlert.objects.get(char_id=150_001)
    assert row.evidence == [["shape_rhythm", 0.1, 0.9, 0.5]] and row.verdict == "open"
    assert (row.score, row.threshold, row.weights) == (0.9, 0.8, "simulated")
    assert PlayerProfile.objects.values().get() == before


def test_the_same_sign_in_the_next_night_is_the_same_alert(inside, reasons):
    now = timezone.now()
    for at in (now, now, now + NIGHT):
        raise_those(answer(0.9, 0.1, 0.1), now=at)
    assert CheatAlert.objects.get().nights == 2


def test_who_was_dismissed_is_left_alone_for_a_while(inside, reasons):
    now = timezone.now()
    raise_those(answer(0.9, 0.1, 0.1), now=now)
    CheatAlert.objects.update(verdict="dismissed", decided_at=now)
    assert raise_those(answer(0.9, 0.1, 0.1), now=now + NIGHT) == []
    assert raise_those(answer(0.9, 0.1, 0.1), now=now + 30 * NIGHT) == [0]


def test_without_a_threshold_there_are_no_alerts(inside, reasons):
    assert raise_those(answer(0.99, 0.99, 0.99, alert_at=None)) == []


def test_no_more_alerts_in_a_night_than_a_person_looks_at(inside, reasons, monkeypatch):
    monkeypatch.setattr(alerts, "MOST", 1)
    assert raise_those(answer(0.9, 0.1, 0.95)) == [2]


def test_what_game_masters_find_out_is_what_is_learned_from(inside, reasons):
    raise_those(answer(0.9, 0.9, 0.9))
    CheatAlert.objects.filter(char_id=150_001).update(
        verdict="confirmed", decided_at=timezone.now()
    )
    CheatAlert.objects.filter(char_id=150_002).update(
        verdict="dismissed", decided_at=timezone.now()
    )
    assert alerts.found_out()["bot_detection"] == {150_001: True, 150_002: False}


def test_a_game_master_judges_on_the_page_and_a_viewer_does_not(
    server, owner, viewer, client, reasons
):
    with in_tenant(server):
        raise_those(answer(0.9, 0.1, 0.1))
        row = CheatAlert.objects.get()
    path = f"{server.path}admin/world/cheatalert/"
    form = {"action": "confirm", "_selected_action": row.pk}
    client.force_login(viewer)
    assert client.get(path).status_code == 200
    client.post(path, form)
    with in_tenant(server):
        assert CheatAlert.objects.get().verdict == "open"
    client.force_login(owner)
    page = client.get(f"{path}{row.pk}/change/").content.decode()
    assert "shape_rhythm" in page and "gameevent/?q=150001" in page
    client.post(path, form)
    with in_tenant(server):
        row = CheatAlert.objects.get()
        assert (row.verdict, row.decided_by) == ("confirmed", owner.get_username())


def test_a_sign_about_two_characters_names_both_and_is_judged_as_one(inside, reasons):
    both = pairs.joined(150_002, 150_001)
    said = answer(0.9)
    alerts.raise_those("player_similarity", TABLE, np.array([both]), said, now=timezone.now())
    row = CheatAlert.objects.get()
    assert (row.char_id, row.other_char_id) == (150_001, 150_002)
    CheatAlert.objects.update(verdict="dismissed", decided_at=timezone.now())
    assert alerts.found_out()["player_similarity"] == {both: False}
    again = alerts.raise_those(
        "player_similarity", TABLE, np.array([both]), said, now=timezone.now() + NIGHT
    )
    assert again.tolist() == []
    MLModelPrediction.objects.create(
        model="player_similarity", version="v", subject="pair:150001+150002", prediction={}
    )
    erasing.erase(150_002)
    assert not CheatAlert.objects.exists() and not MLModelPrediction.objects.exists()


def test_measures_are_told_in_units_that_a_person_can_check():
    assert naming.shown("kill_7d", np.log1p(600), 0.0)[1:] == pytest.approx((600, 0))
    assert naming.shown("shape_pace", np.log(4), 0.0)[1:] == pytest.approx((4, 1))
    known = {name for lesson in LESSONS if lesson.key in alerts.KINDS for name in
             cards.read(lesson.key).details["names"]}  # fmt: skip
    assert [name for name in known if naming.shown(name, 0.0, 0.0).name == name] == []


def test_drops_are_spoken_of_where_monsters_drop_the_item_and_the_price_will_move(inside):
    monster = GameMonster.objects.create(
        id=71_001, aegis_name="P", name="P", level=2, size="Medium", race="Plant",
        element="Water", rank="Normal",
    )  # fmt: skip
    for item, value, drops in ((601, 0.12, True), (602, 0.4, False), (603, 0.01, True),
                               (604, -2.0, True)):  # fmt: skip
        row = GameItem.objects.create(id=item, aegis_name=f"I{item}", name=f"I{item}", kind="Etc")
        if drops:
            GameDrop.objects.create(monster=monster, item=row, position=item - 600, rate=100)
        MLModelPrediction.objects.create(
            model="drop_rate", version="v", subject=f"item:{item}",
            prediction={"value": value, "day": "2026-01-02"},
        )  # fmt: skip
    assert [(hint.name, hint.percent) for hint in hints.drops()] == [("I604", -25), ("I601", 13)]


def test_an_erased_player_leaves_no_alert(inside, reasons):
    raise_those(answer(0.9, 0.1, 0.1))
    erasing.erase(150_001)
    assert not CheatAlert.objects.exists()


def test_a_server_learns_from_its_own_days_and_answers_by_it(told, lived, models, monkeypatch):
    monkeypatch.setattr(training, "FEWEST", 40)
    monkeypatch.setattr(learning, "_shipped", lambda lesson, names: None)
    card = learning.learn("engagement", now=when(lived.ends_at))
    assert card.origin == "real" and "this server" in card.measured_on
    folder = models / "learned" / told.server_id
    assert cards.read("engagement", folder) == card
    assert LearnedModel.objects.get(pk="engagement").value == pytest.approx(card.value)
    predicting.foresee(when(lived.ends_at))
    row = LearnedModel.objects.get(pk="engagement")
    assert row.weights == "real" and row.version == card.sha256
    assert row.serves == ("learned" if card.beats else "baseline")
    assert LearnedModel.objects.get(pk="churn").weights == "simulated"


def test_too_little_history_teaches_nothing_and_says_so(told, lived, models):
    with pytest.raises(Refused, match="too few|are needed"):
        learning.learn("churn", now=when(lived.ends_at))
    assert LearnedModel.objects.get(pk="churn").note
    assert not (models / "learned").exists()


def test_training_by_command_needs_a_server_that_is_there(db):
    with pytest.raises(Invalid, match="--server"):
        trainers.train("churn")
    with pytest.raises(NotFound):
        trainers.train("churn", server="server-00ff")


def test_the_portal_shows_who_plays_and_who_will_leave(
    loaded, lived, models, owner, stranger, client
):
    with in_tenant(loaded):
        predicting.foresee(when(lived.ends_at))
    path = reverse("portal:players", args=[loaded.server_id])
    client.force_login(owner)
    answered = client.get(path)
    page = answered.content.decode()
    assert answered.status_code == 200 and "Who stayed" in page and "simulated" in page
    said = answered.context["expected"]
    assert said.players == sum(said.risks) > 10 and 0 < said.leaving < said.players
    assert dict(answered.context["active"])[when(lived.ends_at - 1).date()] > 0
    client.force_login(stranger)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("said, change", [(0.0, 0), (0.1, 0.105), (3.0, 0.25), (-9.0, -0.25)])
def test_a_hint_of_a_price_stays_within_a_quarter(said, change):
    assert hints.bounded(said) == pytest.approx(change, abs=0.001)


def test_hints_are_of_the_latest_forecast_the_largest_first(inside):
    for item, value, day in ((501, 0.05, "2026-01-02"), (502, -0.9, "2026-01-02"),
                             (501, 0.2, "2026-01-01"), (503, 0.001, "2026-01-02")):  # fmt: skip
        row = MLModelPrediction.objects.create(
            model="item_price", version="v", subject=f"item:{item}",
            prediction={"value": value, "day": day},
        )  # fmt: skip
        late = datetime.fromisoformat(f"{day}T05:00+00:00")
        MLModelPrediction.objects.filter(pk=row.pk).update(predicted_at=late)
    assert [(hint.item_id, hint.percent) for hint in hints.hints()] == [(502, -25), (501, 5)]
