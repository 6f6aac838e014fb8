"""What people think of a player is felt: in how NPCs meet them, in what shops ask, in the work they
are given. Each test fails where the effect is taken out."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from aiworld.changes import Changes
from aiworld.errors import NotFound, SwitchedOff
from aiworld.loops import wait_for
from npcs import dialogue, mind, prompting, reading, replies
from npcs.models import NpcKnowledge, NpcPersonality
from npcs.regard import regard
from npcs.turns import Said
from quests import offering, rules
from quests.models import DynamicQuest
from quests.offering import Asked
from quests.rules import DEFAULT_CAPS, WELCOMES, Policy
from tests.agents.test_economy import SHOP, stock
from tests.conftest import make_npc
from world import karma, reputation
from world.deeds import DEEDS
from world.karma import ALIGNMENTS
from world.market import pricing, terms
from world.models import FactionNode, PlayerProfile, ReputationScore
from world.models.factions import TIERS
from world.reputation import A_DAY

pytestmark = pytest.mark.usefixtures("inside")
ALINE = 1
KEY = "prontera/Gil"


@pytest.fixture
def smiths(inside):
    return FactionNode.objects.create(key="smiths", name="Smiths", kind="guild")


@pytest.fixture
def gil(smiths):
    return make_npc(KEY, faction="smiths", role="villager", x=1, y=1)


def known_as(smiths, *, score=None, points=0):
    player, _ = PlayerProfile.objects.update_or_create(
        char_id=ALINE, defaults={"name": "Aline", "karma": points, "base_level": 50}
    )
    ReputationScore.objects.filter(player=player).delete()
    if score is not None:
        ReputationScore.objects.create(player=player, faction=smiths, score=score)


def said(text="Good day!"):
    return Said(npc_key=KEY, char_id=ALINE, player_name="Aline", text=text,
                request_id=uuid.uuid4().hex)  # fmt: skip


def met(text="Good day!"):
    return reading.scene(said(text))


@pytest.mark.parametrize(
    "score, points, meets",
    [(0, 0, "cold"), (3_000, 0, "cold"), (None, 0, "plain"), (3_750, 0, "plain"),
     (5_000, 0, "warm"), (9_500, 0, "warm"), (None, -6_000, "cold"), (9_500, -6_000, "warm")],
)  # fmt: skip
def test_an_npc_meets_a_player_as_its_people_think_of_them(gil, smiths, score, points, meets):
    known_as(smiths, score=score, points=points)
    assert met().persona.regard == meets


@pytest.mark.parametrize(
    "alignment, points, meets",
    [("lawful_good", -3_000, "cold"), ("true_neutral", -3_000, "plain"),
     ("chaotic_evil", -9_000, "plain"), ("neutral_good", 3_000, "warm"),
     ("chaotic_evil", 8_000, "cold")],
)  # fmt: skip
def test_the_good_shun_the_evil(alignment, points, meets):
    assert regard(score=None, karma=points, alignment=alignment) == meets


def test_a_hated_player_is_greeted_coldly_and_a_revered_one_warmly(gil, smiths):
    heard = {}
    for name, score in (("hated", 0), ("exalted", 10_000)):
        known_as(smiths, score=score)
        scene = met()
        brief = reading.brief(scene, None)
        heard[name] = {
            mind.composed(replace(brief, text=f"Good day{'!' * at}")).text for at in range(12)
        }
    assert begins(heard["hated"], COLD) and not begins(heard["exalted"], COLD)
    assert begins(heard["exalted"], WARM) and not begins(heard["hated"], WARM)


COLD = ("What do you want?", "Do I know you? No. Then be brief.", "Hm. Another stranger.")
WARM = ("Welcome, welcome!", "Ah, hello! Come closer", "What a pleasure, a visitor!")


def begins(texts, phrases):
    return any(text.startswith(phrases) for text in texts)


def test_a_language_model_is_told_how_the_player_is_met(gil, smiths):
    told = {}
    for score in (0, 3_750, 10_000):
        known_as(smiths, score=score)
        [message] = prompting.told(reading.brief(met(), None)).messages[:1]
        told[score] = message["content"]
    assert "coldly" in told[0] and "warmly" in told[10_000]
    assert "coldly" not in told[3_750] and "warmly" not in told[3_750]


def test_an_answer_kept_for_one_is_not_given_to_who_is_met_otherwise(gil, smiths):
    asked = "Where is the inn?"
    known_as(smiths, score=0)
    cold = replies.key(met(asked))
    known_as(smiths, score=3_750)
    assert cold and replies.key(met(asked)) != cold


def test_knowledge_opens_by_reputation_and_karma(gil, smiths):
    for at, condition in enumerate(("reputation.smiths >= 7500", "karma <= -5000")):
        NpcKnowledge.objects.create(npc=gil, text=f"Told under {condition}.", condition=condition,
                                    position=at)  # fmt: skip

    def facts():
        return [fact.text for fact in reading.brief(met("What do you know?"), None).facts]

    known_as(smiths)
    assert facts() == []
    known_as(smiths, score=8_000)
    assert facts() == ["Told under reputation.smiths >= 7500."]
    known_as(smiths, points=-6_000)
    assert facts() == ["Told under karma <= -5000."]


class TestPrices:
    @pytest.fixture
    def shop(self, smiths):
        stock((501, 100, 25), (502, 1_000, 10))
        NpcPersonality.objects.filter(key=SHOP).update(faction="smiths")
        return smiths

    def price(self, item=501):
        return next(one.price for one in terms.terms(SHOP, ALINE).quotes if one.item_id == item)

    def test_friends_pay_less_and_enemies_more(self, shop):
        found = []
        for low, _ in TIERS:
            known_as(shop, score=low)
            found.append(self.price(502))
        assert found == sorted(found, reverse=True) and len(set(found)) == len(TIERS)
        known_as(shop, points=-9_000)
        assert self.price(502) > 1_000

    def test_nobody_pays_so_little_that_carrying_pays(self, shop):
        stock((503, 42, 25), key="prontera/Dear", x=30)
        known_as(shop, score=10_000)
        [quote] = terms.terms("prontera/Dear", ALINE).quotes
        assert quote.price - quote.price * 24 // 100 >= 25 * 124 // 100

    def test_what_is_no_shop_quotes_nothing(self, shop, gil):
        with pytest.raises(SwitchedOff):
            terms.terms(KEY, ALINE)
        with pytest.raises(NotFound):
            terms.terms("prontera/Nobody", ALINE)


@given(st.integers(1, 2**31 - 1), st.floats(0.5, 1.5), st.floats(-0.12, 0.25), st.booleans())
def test_a_quote_stays_within_the_bounds_of_all_prices(base, factor, added, material):
    goods = pricing.Goods(base=base, sell=base // 2, kind="Etc", factor=factor, material=material)
    asked = terms.asked(goods, added)
    assert pricing.floor(goods) <= asked <= base * 1.5


class TestQuests:
    @pytest.fixture(autouse=True)
    def town(self, gil):
        for at in range(6):
            make_npc(f"prontera/P{at}", x=10 + at, y=10)
            make_npc(f"payon/Q{at}", x=10 + at, y=10)

    def offered(self, **fields):
        DynamicQuest.objects.all().delete()
        asked = Asked(npc_key=KEY, char_id=ALINE, player_name="Aline", level=50, **fields)
        found = offering.known(asked)
        return offering.write(offering.told(*found), now=timezone.now())

    @pytest.mark.parametrize("score", [0, 1_250])
    def test_who_is_hated_gets_no_work(self, smiths, score):
        known_as(smiths, score=score)
        with pytest.raises(SwitchedOff):
            self.offered()

    def test_the_good_ask_nothing_of_the_evil(self, smiths, gil):
        known_as(smiths, score=5_000, points=-3_000)
        assert self.offered()
        gil.alignment = "lawful_good"
        gil.save()
        with pytest.raises(SwitchedOff):
            self.offered()

    def test_who_is_not_liked_gets_easy_work_only(self, smiths):
        known_as(smiths, score=2_500)
        assert {self.offered().difficulty for _ in range(5)} <= {1, 2}

    def test_friends_of_the_faction_are_paid_more_below_the_caps(self, smiths):
        known_as(smiths, score=3_750)
        plain = self.offered()
        known_as(smiths, score=10_000)
        liked = self.offered()
        factor = rules.FACTORS
        assert liked.reward["zeny"] / factor[liked.difficulty - 1] > (
            plain.reward["zeny"] / factor[plain.difficulty - 1]
        )

    def test_who_asks_in_a_talk_hears_of_none_either(self, smiths):
        known_as(smiths, score=0)
        wait_for(dialogue.talk(said("Do you have work for me?"), seconds=5))
        assert not DynamicQuest.objects.exists()


@given(
    st.sampled_from([*WELCOMES, ""]), st.sampled_from([name for _, name in ALIGNMENTS]),
    st.sampled_from([name for _, name in ALIGNMENTS]), st.integers(1, 6), st.integers(1, 999),
    st.integers(0, 10**6),
)  # fmt: skip
def test_nothing_raises_a_reward_above_a_cap(tier, alignment, own, difficulty, level, base):
    welcome = rules.welcome(tier, alignment=alignment, npc_alignment=own)
    paid = rules.reward(Policy(zeny_base=base, exp_base=base), difficulty=difficulty, level=level,
                        seed="x", percent=welcome.percent)  # fmt: skip
    for cap in DEFAULT_CAPS.values():
        assert paid.zeny <= cap.zeny and paid.exp <= cap.exp


def test_standing_fades_and_moves_only_so_far_in_a_day(smiths):
    for _ in range(9):
        karma.judge(ALINE, "murder", weight=1, reason="", changes=Changes())
        reputation.judge(ALINE, "smiths", "murder", weight=1, reason="", changes=Changes())
    row = PlayerProfile.objects.get(char_id=ALINE)
    score = ReputationScore.objects.get(player=row).score
    assert (row.karma, score) == (-karma.A_DAY, reputation.FIRST - A_DAY)
    assert karma.fade() == 1 and reputation.fade() == 1
    row.refresh_from_db()
    assert row.karma > -karma.A_DAY
    assert ReputationScore.objects.get(player=row).score > score
    assert DEEDS["murder"].karma * 9 < -karma.A_DAY
