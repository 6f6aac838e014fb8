"""No sequence of offers, races, replays, restarts and clock changes pays more than the policy
allows, nor pays anything twice. Against PostgreSQL, with threads; the test is the map-server."""

from __future__ import annotations

import itertools
import os
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random

from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from aiworld.errors import AIWorldError
from npcs.models import NpcPersonality
from quests import clock, handover, ledger, life, progress, signing
from quests.life import Taker
from quests.models import (
    DynamicQuest,
    QuestMember,
    RewardAlert,
    RewardCap,
    RewardClock,
    RewardCounter,
    RewardEntry,
    RewardItem,
    RewardPolicy,
)
from quests.progress import Report
from tenants.context import in_tenant
from tests.conftest import make_npc

CAPS = {
    "quest": {"zeny": 100, "exp": 60, "item_value": 40, "grants": 1},
    "player": {"zeny": 250, "exp": 150, "item_value": 60, "grants": 3},
    "account": {"zeny": 300, "exp": 200, "item_value": 80, "grants": 4},
    "npc": {"zeny": 420, "exp": 400, "item_value": 90, "grants": 6},
    "server": {"zeny": 600, "exp": 500, "item_value": 120, "grants": 7},
}
ACCOUNTS = {1: 70, 2: 70, 3: 80, 4: 0, 5: 90, 6: 91, 7: 92}
"""Characters 1 and 2 are one person's; the map-server does not tell whose 4 is."""
ITEM, RARE, PIECES_A_DAY = 501, 502, {501: 100, 502: 5}
GREED = {"zeny": 10**9, "base_exp": 10**9, "job_exp": 10**9,
         "items": [[ITEM, 30_000], [607, 99]]}  # fmt: skip
"""What a model that does whatever it is told would like to pay."""
OFFERS = (
    GREED, {"zeny": 10**9}, {"base_exp": 10**9}, {"items": [[ITEM, 99]]}, {"items": [[RARE, 99]]},
    {"base_exp": 20, "job_exp": 10**9}, {"zeny": 1},
)  # fmt: skip
"""The last: so little that only the number of rewards is full. Each cap is the first to be full of
some of them."""
CROWDS = {
    "a player's": ([1], [0, 1]), "an account's": ([1, 2], [0, 1]), "an NPC's": ([3, 5, 6, 7], [0]),
    "the server's": ([2, 3, 5, 6, 7], [0, 1]), "nobody's own": ([4], [0, 1]),
}  # fmt: skip
"""Characters and NPCs that have this cap in common."""
BEGIN = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)
chars = st.sampled_from(sorted(ACCOUNTS))
REWARDS, NUMBERS = st.sampled_from(OFFERS), st.integers(4, 9)
MOVES = st.sampled_from([-72.0, -2.0, 0.5, 2.0, 25.0, 24.0 * 40])
EXAMPLES = int(os.environ.get("LEDGER_EXAMPLES", "6"))
"""More of them find rarer faults: LEDGER_EXAMPLES=200 takes ten minutes."""
NOTHING, REFUSED = "nothing yet", "refused"


def dawdling(seed):
    """Of a thread: it waits here and there between its statements, so that those who are not kept
    apart by locks meet."""
    dice = Random(seed)

    def execute(run, sql, params, many, context):
        if dice.random() < 0.4:
            time.sleep(dice.random() * 0.004)
        return run(sql, params, many, context)

    return execute


class Ledger(RuleBasedStateMachine):
    server = None
    """Filled in by the test."""

    def __init__(self):
        super().__init__()
        self.now = BEGIN
        self.dates = {BEGIN.date()}
        self.purse = defaultdict(Counter)
        self.last_given = Counter()
        for model in (RewardAlert, RewardEntry, RewardCounter, RewardClock, DynamicQuest,
                      NpcPersonality, RewardItem, RewardCap, RewardPolicy):  # fmt: skip
            if model is RewardEntry:  # they protect what they reverse
                model.objects.filter(kind="reversal").delete()
            model.objects.all().delete()
        self.npcs = [make_npc("prontera/A"), make_npc("geffen/B")]
        RewardPolicy.objects.create()
        for scope, cap in CAPS.items():
            RewardCap.objects.create(scope=scope, **cap)
        for item, worth in ((ITEM, 20), (RARE, 1)):
            RewardItem.objects.create(
                item_id=item, name=f"Item {item}", value=worth, amount=2,
                per_day=PIECES_A_DAY[item],
            )  # fmt: skip

    def at_once(self, *calls):
        """Each in a thread with a connection of its own; what is refused is no failure."""

        def one(seed, call):
            try:
                with in_tenant(self.server), connection.execute_wrapper(dawdling(seed)):
                    return call()
            except AIWorldError:
                return None
            finally:
                connection.close()

        with ThreadPoolExecutor(min(len(calls), 8)) as pool:
            return list(pool.map(one, range(len(calls)), calls))

    def paid_alike(self, whose, calls):
        """`calls` pay the same character for the same quest: all of them find the same entry, or
        all of them none."""
        found = defaultdict(set)
        for name, entry in zip(whose, self.at_once(*calls), strict=True):
            found[name].add(entry)
        assert all(len(answers) == 1 for answers in found.values()), found

    def offer(self, char, npc, difficulty):
        npc = self.npcs[npc]
        if DynamicQuest.objects.filter(npc=npc, char_id=char, status__in=life.OPEN).exists():
            return
        DynamicQuest.objects.create(
            npc=npc, char_id=char, kind="kill", difficulty=difficulty, title="Rats", text="Kill!",
            objectives=[{"kind": "kill", "target": "1", "amount": 2, "done": 0}],
            status="offered", reward=GREED, max_members=3,
        )  # fmt: skip

    @rule(char=chars, npc=st.integers(0, 1), party=st.sets(chars, max_size=2))
    def one_more_is_nearly_done(self, char, npc, party):
        self.offer(char, npc, 6)
        for at in range(len(self.some("offered"))):
            self.accept(at, party)
        for at in range(len(self.some("active"))):
            self.work(at, 2)

    def some(self, status):
        return list(DynamicQuest.objects.filter(status=status).order_by("pk"))

    def accept(self, at, party):
        if quests := self.some("offered"):
            quest = quests[at % len(quests)]
            takers = [Taker(char_id=c, account_id=ACCOUNTS[c]) for c in party - {quest.char_id}]
            mine = Taker(char_id=quest.char_id, account_id=ACCOUNTS[quest.char_id])
            self.at_once(*[lambda: life.accept(quest.pk, mine, takers, now=self.now)] * 2)

    @rule(at=st.integers(0, 9), count=st.integers(0, 3))
    def work(self, at, count):
        if quests := self.some("active"):
            quest = quests[at % len(quests)]
            try:
                told = [Report(index=0, count=count)]
                progress.report(quest.pk, quest.char_id, told, now=self.now)
            except AIWorldError:
                pass

    @rule(reward=REWARDS, number=NUMBERS)
    def a_player_finishes_many(self, reward, number):
        self.many_are_done("a player's", reward, number)

    @rule(reward=REWARDS, number=NUMBERS)
    def an_account_finishes_many(self, reward, number):
        self.many_are_done("an account's", reward, number)

    @rule(reward=REWARDS, number=NUMBERS)
    def an_npc_pays_many(self, reward, number):
        self.many_are_done("an NPC's", reward, number)

    @rule(crowd=st.sampled_from(["the server's", "nobody's own"]), reward=REWARDS, number=NUMBERS)
    def all_finish_many(self, crowd, reward, number):
        self.many_are_done(crowd, reward, number)

    def many_are_done(self, crowd, reward, number):
        """With one cap in common, at the same moment, each paid twice."""
        who, where = CROWDS[crowd]
        whose = []
        for at in range(number):
            char, npc = who[at % len(who)], self.npcs[where[at // len(who) % len(where)]]
            quest = DynamicQuest.objects.create(
                npc=npc, char_id=char, kind="kill", difficulty=6, title="Rats", text="Kill!",
                objectives=[], status="completed", reward=reward,
            )  # fmt: skip
            account = signing.account(ACCOUNTS[char]) if ACCOUNTS[char] else ""
            QuestMember.objects.create(quest=quest, char_id=char, account=account)
            whose += [(quest.pk, char)] * 2
        self.paid_alike(whose, [lambda q=q, c=c: self.pay(q, c) for q, c in whose])

    def pay(self, quest, char):
        try:
            entry = ledger.pay(quest, char, now=self.now)
        except AIWorldError:
            return REFUSED
        return entry.pk if entry else NOTHING

    @rule(racers=st.integers(1, 3))
    def finish_all(self, racers):
        """Everybody at the same moment, each several times."""

        def complete(quest, char):
            try:
                entry = life.complete(quest, char, now=self.now)[1]
            except AIWorldError:
                return REFUSED
            return entry.pk if entry else NOTHING

        whose = [
            (quest.pk, char)
            for quest in self.some("active")[:6]
            for char in quest.members.values_list("char_id", flat=True)
        ] * racers
        if whose:
            self.paid_alike(whose, [lambda q=q, c=c: complete(q, c) for q, c in whose])

    @rule(char=chars, forgets=st.booleans())
    def claim_and_give(self, char, forgets):
        """Two calls of the map-server at once; it gives what is above its mark, and may lose the
        confirmation."""

        def call():
            last = self.last_given[char]
            return handover.claim(char, last_given=last, takes_back=False, now=self.now)

        first, second = self.at_once(call, call)
        open_ = RewardEntry.objects.filter(char_id=char, kind="grant", status__in=handover.OPEN)
        owed = set(open_.order_by("pk").values_list("pk", flat=True)[: handover.MOST])
        for told in (first, second):  # the same until it is confirmed, whatever got lost
            assert owed <= {entry.pk for entry in told or []}
        for entry in sorted({e.pk: e for e in [*(first or []), *(second or [])]}.values(),
                            key=lambda e: e.pk):  # fmt: skip
            given = None
            if entry.pk > self.last_given[char]:
                self.last_given[char] = entry.pk
                given = handover.content(entry)
                self.purse[char] += Counter({"zeny": given["zeny"], "grants": 1})
            if not forgets:
                for _ in range(2):
                    _, differs = handover.confirm(
                        entry.pk, char, signature=entry.signature, given=given, now=self.now
                    )
                    assert not differs

    @rule(at=st.integers(0, 9))
    def reverse(self, at):
        if entries := list(RewardEntry.objects.filter(kind="grant").order_by("pk")):
            pk = entries[at % len(entries)].pk
            undo = [lambda: ledger.reverse(pk, by="owner", reason="a mistake", now=self.now)] * 2
            assert len([done for done in self.at_once(*undo) if done]) <= 1

    @rule(days=st.integers(1, 2))
    def reverse_what_nobody_fetched_for_days(self, days):
        """Its room was another day's."""
        self.set_the_clock(24.0 * days)
        self.one_of_them_is_paid()
        due = RewardEntry.objects.filter(kind="grant", status="due", reversal=None)
        if entry := due.order_by("pk").first():
            ledger.reverse(entry.pk, by="owner", reason="late", now=self.now)

    def one_of_them_is_paid(self):
        """So that the new day is open, and some of its room taken."""
        self.many_are_done("nobody's own", {"zeny": 1}, 1)

    @rule(hours=MOVES)
    def set_the_clock(self, hours):
        self.now += timedelta(hours=hours)
        self.dates.add(self.now.date())

    @rule()
    def set_the_day_right(self):
        """An operator's command, to any clock."""
        try:
            clock.set_back(self.now)
        except AIWorldError:
            pass

    @rule(
        crowd=st.sampled_from(sorted(CROWDS)), reward=REWARDS, hours=st.sampled_from([25.0, 800.0])
    )
    def the_clock_was_ahead(self, crowd, reward, hours):
        """Something was granted today, something on the wrong day, and it is today again."""
        self.many_are_done(crowd, reward, 4)
        self.set_the_clock(hours)
        self.many_are_done("nobody's own", {"zeny": 1}, 1)
        self.set_the_clock(-hours)
        self.set_the_day_right()
        self.many_are_done(crowd, reward, 6)

    @rule()
    def nobody_is_paid_before_it_is_done(self):
        for quest in self.some("active"):
            for char in quest.members.values_list("char_id", flat=True):
                assert self.pay(quest.pk, char) == REFUSED

    @rule(char=chars, npc=st.integers(0, 1))
    def somebody_wants_it_without_the_work(self, char, npc):
        self.offer(char, npc, 6)
        for at in range(len(self.some("offered"))):
            self.accept(at, set())
        for quest in self.some("active"):
            if any(one["done"] < one["amount"] for one in quest.objectives):
                self.at_once(lambda q=quest: life.complete(q.pk, q.char_id, now=self.now))

    @rule()
    def clean_up(self):
        clock.forget_counters()

    @rule()
    def restart(self):
        connection.close()

    @invariant()
    def caps_hold(self):
        sums = defaultdict(Counter)
        for entry in RewardEntry.objects.filter(kind="grant").exclude(status="void"):
            took = Counter(
                zeny=entry.zeny, exp=entry.base_exp + entry.job_exp, item_value=entry.item_value,
                grants=1,
            )  # fmt: skip
            account = ACCOUNTS[entry.char_id] or f"of {entry.char_id}"
            for scope, whose in (("server", ""), ("npc", entry.npc_key),
                                 ("player", entry.char_id), ("account", account),
                                 ("quest", entry.pk)):  # fmt: skip
                sums[scope, whose, entry.day] += took
            sums["quest", f"all of {entry.quest_number}", ""] += took - Counter(grants=1)
            for item, pieces, _ in entry.items:
                assert item in PIECES_A_DAY and pieces <= 2
                sums["item", item, entry.day]["pieces"] += pieces
        for (scope, whose, day), taken in sums.items():
            most = CAPS.get(scope) or {"pieces": PIECES_A_DAY[whose]}
            over = {name: taken[name] for name in most if taken[name] > most[name]}
            assert not over, (scope, whose, day, over)

    @invariant()
    def each_quest_paid_each_member_once_and_only_when_it_was_completed(self):
        grants = RewardEntry.objects.filter(kind="grant")
        paid = Counter(grants.values_list("quest_number", "char_id"))
        assert not [pair for pair, times in paid.items() if times > 1]
        completed = set(
            DynamicQuest.objects.filter(status="completed").values_list("pk", "members__char_id")
        )
        assert set(paid) <= completed

    @invariant()
    def what_is_completed_was_done(self):
        for quest in DynamicQuest.objects.filter(status="completed"):
            assert all(one["done"] >= one["amount"] for one in quest.objectives)

    @invariant()
    def no_day_opens_twice_and_none_that_the_clock_has_not_reached(self):
        grants = RewardEntry.objects.filter(kind="grant").order_by("pk")
        days = [day for day, _ in itertools.groupby(grants.values_list("day", flat=True))]
        assert len(days) == len(set(days))
        assert set(days) <= self.dates

    @invariant()
    def the_map_server_gave_what_the_ledger_says_and_nobody_is_told_otherwise(self):
        for char, purse in self.purse.items():
            entries = RewardEntry.objects.filter(char_id=char, kind="grant")
            given = [e for e in entries if e.pk <= self.last_given[char] and e.status != "void"]
            assert purse["zeny"] == sum(e.zeny for e in given)
            assert purse["grants"] == len(given)
        assert not RewardAlert.objects.exists()

    @invariant()
    def every_entry_is_genuine(self):
        assert all(ledger.genuine(entry) for entry in RewardEntry.objects.all())

    @invariant()
    def counters_are_what_the_entries_say(self):
        now = RewardClock.objects.first()
        if now is None or clock.is_closed(now):
            return
        today = RewardEntry.objects.filter(kind="grant", day=now.day).exclude(status="void")
        for whose, mine in (
            (("server", ""), today),
            *((("npc", npc.key), [e for e in today if e.npc_key == npc.key]) for npc in self.npcs),
            *((("player", str(c)), [e for e in today if e.char_id == c]) for c in ACCOUNTS),
        ):
            subject = signing.digest(now.salt, *whose)
            row = RewardCounter.objects.filter(subject=subject, day=now.day).first()
            counted = (row.zeny, row.exp, row.item_value, row.grants) if row else (0, 0, 0, 0)
            assert counted == (
                sum(e.zeny for e in mine), sum(e.base_exp + e.job_exp for e in mine),
                sum(e.item_value for e in mine), len(mine),
            ), whose  # fmt: skip

    @invariant()
    def who_is_owed_is_paid_as_soon_as_there_is_room(self):
        """A completed quest is paid or its member is still owed; never neither."""
        grants = RewardEntry.objects.filter(kind="grant")
        paid = set(grants.values_list("quest_number", "char_id"))
        done = QuestMember.objects.filter(quest__status="completed")
        for quest, char, is_paid in done.values_list("quest_id", "char_id", "is_paid"):
            assert is_paid == ((quest, char) in paid)


def test_no_sequence_exceeds_a_cap_or_pays_twice(inside):
    class Here(Ledger):
        server = inside

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=14,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
