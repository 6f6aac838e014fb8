"""NPCs talk among themselves: near, entrusted, bounded, and never of players."""

from datetime import timedelta

import pytest
from django.utils import timezone

from aiworld.loops import wait_for
from npcs import dialogue, gossip, knowledge, reading, rumours
from npcs.models import InformationSharing, NpcKnowledge, NpcMemory, NpcRelationship
from npcs.scales import Sensitivity
from npcs.turns import Said
from tests.conftest import make_facts, make_npc
from tests.web.rows import make_conversation
from world import news
from world.models import WorldEvent

pytestmark = pytest.mark.usefixtures("inside")
NEWS = "The bridge over the north river fell in the storm of Tuesday night."


@pytest.fixture
def careful(monkeypatch):
    """Everybody tells word for word."""
    monkeypatch.setattr(gossip.random, "random", lambda: 1.0)


@pytest.fixture
def teller(careful):
    teller = make_npc("payon/Ana", x=100, y=100)
    make_facts(teller, NEWS)
    awake(teller)
    return teller


def awake(npc, minutes_ago=5):
    make_conversation(npc, ("Hello", "Hello."), minutes_ago=minutes_ago)


def listener(key="payon/Bo", **fields):
    return make_npc(key, **{"x": 105, "y": 100} | fields)


def heard(npc):
    return list(NpcKnowledge.objects.filter(npc=npc, root__isnull=False))


def spread(times=6):
    return sum(gossip.spread(tellings=20) for _ in range(times))


def befriend(one, other, bond):
    NpcRelationship.objects.create(npc=one, other_npc=other, bond=bond)


def test_what_one_knows_comes_to_who_stands_near_and_is_written_down(teller):
    bo = listener()
    assert spread() == 1
    [fact] = heard(bo)
    assert (fact.text, fact.hops, fact.origin) == (NEWS, 1, "heard")
    told = InformationSharing.objects.get()
    assert (told.teller, told.listener, told.became, told.root_id) == (
        teller, bo, fact, teller.knowledge.get().pk,
    )  # fmt: skip


def test_an_npc_says_from_whom_it_has_it(teller):
    bo = listener()
    spread()
    said = Said(npc_key=bo.key, char_id=1, player_name="A", text="bridge?", request_id="r")
    [fact] = knowledge.search(reading.scene(said), "bridge", None, limit=5)
    assert fact.text == f'Ana told me: "{NEWS[:-1]}".'


def test_asked_who_says_so_it_names_the_one_it_has_it_from(teller):
    bo = listener()
    spread()
    answers = []
    for text in ("Do you know anything about the bridge?", "Who told you that?"):
        said = Said(
            npc_key=bo.key, char_id=1, player_name="A", text=text, request_id=text, language="en"
        )
        answers.append(wait_for(dialogue.talk(said, seconds=5)).text)
    assert all("Ana told me" in answer for answer in answers)


@pytest.mark.parametrize(
    "fields",
    [
        {"key": "alberta/Bo"},
        {"x": 300},
        {"ai_enabled": False},
    ],
)
def test_who_is_elsewhere_far_or_switched_off_hears_nothing(teller, fields):
    bo = listener(**fields)
    assert spread() == 0
    assert heard(bo) == []


def test_the_circle_is_reached_across_the_map_and_no_other_map(teller):
    teller.group = "watch"
    teller.save()
    here, there = listener(x=300, group="Watch"), listener("alberta/Cy", group="watch")
    spread()
    assert (len(heard(here)), len(heard(there))) == (1, 0)


def test_nobody_tells_whom_it_dislikes(teller):
    bo = listener()
    befriend(teller, bo, -10)
    assert spread() == 0


def test_where_no_player_talked_within_the_hour_npcs_are_silent(careful):
    ana = make_npc("payon/Ana", x=100, y=100)
    make_facts(ana, NEWS)
    listener()
    awake(ana, minutes_ago=90)
    assert spread() == 0


@pytest.mark.parametrize(
    ("bond", "group", "heard_up_to"),
    [(0, "", 0), (0, "watch", 5), (40, "", 5), (80, "", 8), (100, "watch", 8)],
)
def test_what_is_sensitive_goes_only_to_whom_it_is_entrusted(teller, bond, group, heard_up_to):
    for tier in (Sensitivity.PRIVATE, Sensitivity.SECRET, Sensitivity.CONFIDENTIAL):
        make_facts(teller, f"The captain hides {tier:d} barrels of powder there.", sensitivity=tier)
    teller.group = group
    teller.save()
    bo = listener(group=group)
    if bond:
        befriend(teller, bo, bond)
    spread(times=8)
    assert max(fact.sensitivity for fact in heard(bo)) == heard_up_to
    assert {fact.sensitivity for fact in heard(bo)} == {
        tier for tier in Sensitivity if tier <= heard_up_to
    }


def test_a_secret_stays_a_secret_and_a_condition_a_condition_from_mouth_to_mouth(teller):
    NpcKnowledge.objects.filter(npc=teller).delete()
    [root] = make_facts(teller, NEWS, sensitivity=5, condition='weather == "rain"')
    teller.group = "watch"
    teller.save()
    bo, cy = listener(group="watch"), listener("payon/Cy", x=110, group="watch")
    assert gossip.tell(root, bo)
    assert gossip.tell(heard(bo)[0], cy)
    [fact] = heard(cy)
    assert (fact.sensitivity, fact.condition, fact.hops) == (5, 'weather == "rain"', 2)
    assert fact.attribution == "Bo told me that Ana said"
    root.sensitivity = 8
    root.save()
    assert {one.sensitivity for one in (*heard(bo), *heard(cy))} == {8}


def test_what_players_said_is_never_passed_on(teller):
    bo = listener()
    for kind in NpcMemory.Kind.values:
        NpcMemory.objects.create(
            npc=teller, char_id=7, player_name="Aline", kind=kind, speaker="player",
            text="Aline hid the stolen silver crown under the old chapel.", importance=9,
            happened_at=timezone.now(),
        )  # fmt: skip
    spread(times=8)
    assert [fact.text for fact in heard(bo)] == [NEWS]
    assert not NpcKnowledge.objects.filter(text__icontains="silver").exists()
    assert not InformationSharing.objects.filter(memory__isnull=False).exists()


def test_nobody_hears_the_same_twice_nor_what_they_know(teller):
    bo = listener()
    make_facts(listener("payon/Cy", x=110), NEWS)
    assert spread() == 1
    assert len(heard(bo)) == 1


def test_what_may_not_spread_stays(teller):
    NpcKnowledge.objects.update(may_spread=False)
    listener()
    assert spread() == 0


def test_a_chain_has_an_end(teller):
    line = [listener(f"payon/N{at}", x=100 + at) for at in range(6)]
    fact = teller.knowledge.get()
    for npc in line[: gossip.MOST_HOPS]:
        gossip.tell(fact, npc)
        [fact] = heard(npc)
    last, new = line[gossip.MOST_HOPS - 1], line[-1]
    pair = gossip.Pair(teller_id=last.pk, listener_id=new.pk, most=Sensitivity.SECRET)
    assert not gossip._meet(pair)


def test_a_careless_tongue_loses_detail_and_adds_nothing(monkeypatch):
    monkeypatch.setattr(gossip.random, "random", lambda: 0.0)
    text = "The smith paid 813 zeny for the horse. He has never ridden one in his life."
    for choose in range(2):
        monkeypatch.setattr(gossip.random, "choice", lambda of, at=choose: of[at])
        told = gossip.retold(text, carelessness=1.0, of=text)
        lost = gossip.distortion(text, told)
        assert told != text and 0 < lost <= gossip.MOST_LOST
    assert gossip.retold("Pay 813 zeny.", carelessness=1.0, of="Quite other words") == (
        "Pay 813 zeny."
    )


def test_what_one_heard_is_bounded(teller):
    bo = listener()
    for at in range(gossip.MOST_HEARD + 3):
        [fact] = make_facts(teller, f"Ship number {at} came into the harbour with grain.")
        gossip.tell(fact, bo)
    assert len(heard(bo)) == gossip.MOST_HEARD
    NpcKnowledge.objects.filter(npc=bo).update(created_at=timezone.now() - timedelta(days=31))
    assert gossip.forget_old() == gossip.MOST_HEARD


def test_a_rumour_that_is_stopped_is_kept_back_by_all_who_heard_it(teller):
    bo = listener()
    spread()
    assert gossip.stop(teller.knowledge.get()) == 1
    assert [fact.is_active for fact in heard(bo)] == [False]
    listener("payon/Cy", x=104)
    assert spread() == 0
    assert teller.knowledge.get().is_active


def test_what_is_withdrawn_where_it_began_is_withdrawn_everywhere(teller):
    bo = listener()
    spread()
    NpcKnowledge.objects.filter(npc=teller).set_active(False)
    assert [fact.is_active for fact in heard(bo)] == [False]
    teller.knowledge.get().delete()
    assert heard(bo) == []


def test_the_way_of_a_rumour_names_everybody_and_what_changed(teller):
    bo, cy = listener(), listener("payon/Cy", x=110)
    root = teller.knowledge.get()
    gossip.tell(root, bo)
    NpcKnowledge.objects.filter(npc=bo).update(text="The bridge over the north river fell.")
    gossip.tell(heard(bo)[0], cy)
    way = rumours.way(root)
    assert [stop.npc.name for stop in way.stops] == ["Ana", "Bo", "Cy"]
    assert [(one.npc.name, other.npc.name) for one, other in way.edges] == [
        ("Ana", "Bo"), ("Bo", "Cy"),
    ]  # fmt: skip
    assert ("gone", "fell in the storm of Tuesday night.") in way.stops[2].runs
    [one] = rumours.rumours()
    assert (one.tellings, one.furthest) == (2, 2)


def test_an_event_is_seen_by_a_few_who_stand_there_and_spreads_from_them(teller):
    away = make_npc("alberta/Dee")
    near = [listener(f"payon/N{at}", x=90 + at) for at in range(5)]
    WorldEvent.objects.create(
        kind="invasion", title="Orcs at the gate", description="They burned two barns.",
        map_name="payon", status="active", starts_at=timezone.now(),
    )  # fmt: skip
    assert news.witness() == news.WITNESSES
    assert news.witness() == 0
    seen = NpcKnowledge.objects.filter(branch__startswith="event:")
    assert {fact.text for fact in seen} == {"Orcs at the gate. They burned two barns."}
    assert {fact.npc_id for fact in seen} <= {teller.pk, *(npc.pk for npc in near)}
    assert not NpcKnowledge.objects.filter(npc=away).exists()
    WorldEvent.objects.update(
        ends_at=timezone.now() - timedelta(days=8), starts_at=timezone.now() - timedelta(days=9)
    )
    news.witness()
    assert not NpcKnowledge.objects.filter(branch__startswith="event:").exists()


def town_remembers(place="payon"):
    rows = NpcMemory.objects.shared().filter(scope="town", scope_key=place)
    return list(rows.order_by("pk").values_list("text", flat=True))


def told_to(root, number, place="payon"):
    for at in range(number):
        gossip.tell(root, listener(f"{place}/H{at}"))


def test_what_many_of_one_map_have_heard_is_what_the_town_remembers(teller):
    root = teller.knowledge.get()
    told_to(root, gossip.KNOWN_TO_ALL - 1)
    assert town_remembers() == []
    told_to(root, 3, place="alberta")
    gossip.tell(root, listener("payon/Last"))
    assert town_remembers() == [NEWS]
    assert town_remembers("alberta") == []
    assert NpcMemory.objects.get(scope="town").char_id == 0
    gossip.tell(root, listener("payon/Later"))
    assert town_remembers() == [NEWS], "once"


def test_what_is_told_no_further_no_town_remembers(teller):
    root = teller.knowledge.get()
    told_to(root, gossip.KNOWN_TO_ALL)
    gossip.stop(root)
    assert town_remembers() == []


@pytest.mark.parametrize("fields", [{"sensitivity": 5}, {"condition": 'weather == "rain"'}])
def test_no_town_remembers_what_is_not_for_everybody_or_not_always_so(teller, fields):
    [root] = make_facts(teller, "The well of the north gate has been bitter for days.", **fields)
    told_to(root, gossip.KNOWN_TO_ALL)
    assert town_remembers() == []


def test_who_talks_with_each_other_comes_to_like_each_other_but_no_secret_follows(teller):
    bo = listener()
    gossip.tell(teller.knowledge.get(), bo)
    bonds = NpcRelationship.objects.filter(npc__in=[teller, bo], other_npc__in=[teller, bo])
    assert [one.bond for one in bonds] == [1, 1]
    bonds.update(bond=gossip.FAMILIAR)
    [more] = make_facts(teller, "The ship to Alberta leaves at dawn from the third pier.")
    gossip.tell(more, bo)
    assert {one.bond for one in bonds.all()} == {gossip.FAMILIAR} and gossip.FAMILIAR < gossip.CLOSE


def test_two_maps_with_two_circles_each_keep_their_own(careful):
    """The guards of Payon hear the guards of Payon; nobody hears another map or circle."""
    told, heard_by = {}, {}
    for place in ("payon", "alberta"):
        for circle, x in (("guard", 50), ("thief", 250)):
            name = f"{place}/{circle}"
            one = make_npc(f"{name}1", map_name=place, x=x, y=50, group=circle)
            heard_by[name] = make_npc(f"{name}2", map_name=place, x=x + 40, y=50, group=circle)
            told[name] = f"The {circle} captain of {place} keeps the key under the old oak."
            make_facts(one, told[name], sensitivity=5)
            awake(one)
    spread(times=8)
    assert {name: [fact.text for fact in heard(npc)] for name, npc in heard_by.items()} == {
        name: [text] for name, text in told.items()
    }


@pytest.mark.parametrize(
    "text",
    [
        "สะพานข้ามแม่น้ำทางเหนือพังลงในพายุเมื่อคืนวันอังคาร",
        "อัลดริกเห็นเคลซันดราที่เกลาสต์เฮมเมื่อเที่ยงคืน",
        "북쪽 다리가 폭풍에 무너졌어요.",
        "좋은 검은 800제니입니다.",
    ],
)
def test_languages_that_write_words_as_one_pass_it_on_as_well(careful, text):
    ana = make_npc("payon/Ana", x=100, y=100)
    make_facts(ana, text)
    awake(ana)
    bo = listener()
    assert spread() == 1
    assert [fact.text for fact in heard(bo)] == [text]


@pytest.mark.parametrize("text", ["สวัสดีครับ ยินดีต้อนรับ", "안녕하세요, 어서 오세요."])
def test_their_courtesies_are_no_news(careful, text):
    ana = make_npc("payon/Ana", x=100, y=100)
    make_facts(ana, text)
    awake(ana)
    listener()
    assert spread() == 0


def test_what_a_town_remembers_follows_the_words_with_which_it_began(teller):
    root = teller.knowledge.get()
    told_to(root, gossip.KNOWN_TO_ALL)
    old = NpcMemory.objects.get(scope="town")
    root.text = "The bridge over the north river was mended."
    root.save()
    assert town_remembers() == [root.text]
    old.refresh_from_db()
    assert (old.text, old.superseded_by.learned_from) == (NEWS, root)
    gossip.tell(root, listener("payon/Later"))
    assert town_remembers() == [root.text]


@pytest.mark.parametrize(
    "withdraw",
    [
        lambda root: root.delete(),
        lambda root: root.npc.delete(),
        lambda root: NpcKnowledge.objects.filter(pk=root.pk).delete(),
        lambda root: NpcKnowledge.objects.filter(pk=root.pk).set_active(False),
        lambda root: (setattr(root, "is_active", False), root.save()),
        lambda root: (setattr(root, "sensitivity", 5), root.save()),
        lambda root: (setattr(root, "condition", "hour > 20"), root.save()),
    ],
    ids=["deleted", "its NPC", "many deleted", "switched off", "one off", "secret", "condition"],
)
def test_what_is_withdrawn_where_it_began_no_town_remembers(teller, withdraw):
    root = teller.knowledge.get()
    told_to(root, gossip.KNOWN_TO_ALL)
    assert town_remembers() == [NEWS]
    withdraw(root)
    assert not NpcMemory.objects.filter(scope="town").exists()
