"""The ledger's caps, its day, its locks and its signatures, one by one: what the state machine of
test_ledger_stateful.py plays all together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from aiworld.errors import Conflict, NotFound, Refused
from quests import clock, handover, ledger, life, signing
from quests.models import (
    DynamicQuest,
    QuestMember,
    RewardAlert,
    RewardCap,
    RewardCounter,
    RewardEntry,
    RewardItem,
    RewardPolicy,
)
from quests.rules import DEFAULT_CAPS
from tenants.context import in_schema, in_tenant
from tenants.models import AuditEntry
from tests.conftest import make_npc
from tests.grpc_api.calls import until

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
WIDE = {"zeny": 10**6, "exp": 10**6, "item_value": 10**6, "grants": 100}
PAYS = {"zeny": 60, "base_exp": 40, "job_exp": 20, "items": [[501, 3]]}
"""Sixty of everything: a piece of 501 is worth 20."""
SAME = {"server": (), "npc": ("npc",), "player": ("char",), "account": ("account",)}
"""What two rewards have in common, so that they share this cap."""


@pytest.fixture
def caps(inside):
    """Wide ones but for those that are named."""
    RewardPolicy.objects.create()
    RewardItem.objects.create(item_id=501, name="Red Potion", value=20, amount=3, per_day=1000)

    def caps(**tight):
        for scope in DEFAULT_CAPS:
            values = WIDE | tight.get(scope, {})
            RewardCap.objects.update_or_create(scope=scope, defaults=values)

    caps()
    return caps


def completed(npc, char_id, account="", reward=None):
    quest = DynamicQuest.objects.create(
        npc=npc, char_id=char_id, kind="social", title="T", text="T", status="completed",
        reward=reward or PAYS,
    )  # fmt: skip
    QuestMember.objects.create(quest=quest, char_id=char_id, account=account)
    return quest


def pay(npc, char_id, account="", now=NOON, reward=None):
    return ledger.pay(completed(npc, char_id, account, reward).pk, char_id, now=now)


def pays(number, common):
    """Whether each of so many rewards is paid, all alike in what is named and in nothing else."""
    npcs = [make_npc(f"prontera/N{at}") for at in range(number)]
    return [
        pay(
            npcs[0 if "npc" in common else at],
            1 if "char" in common else 10 + at,
            "one" if "account" in common else f"other {at}",
        )
        is not None
        for at in range(number)
    ]


@pytest.mark.parametrize("what", ["zeny", "exp", "item_value", "grants"])
@pytest.mark.parametrize("scope", SAME)
def test_each_cap_holds_by_itself(caps, scope, what):
    caps(**{scope: {what: 2 if what == "grants" else 150}})
    assert pays(3, SAME[scope]) == [True, True, False]


@pytest.mark.parametrize("scope", ["npc", "player", "account"])
def test_a_cap_is_shared_by_nobody_else(caps, scope):
    caps(**{scope: {"grants": 2}})
    assert pays(3, {"npc", "char", "account"} - {*SAME[scope]}) == [True] * 3


def test_an_items_pieces_of_a_day_hold(caps):
    RewardItem.objects.update(per_day=7)
    assert pays(3, ()) == [True, True, False]
    less = pay(make_npc("geffen/B"), 99, reward={"zeny": 1, "items": [[501, 1]]})
    assert less.items == [[501, 1, 20]]


def test_a_quest_that_names_a_milliard_pays_its_cap(caps):
    caps(quest={"zeny": 100, "exp": 60, "item_value": 40})
    greed = {"zeny": 10**9, "base_exp": 10**9, "job_exp": 10**9, "items": [[501, 999], [607, 9]]}
    entry = pay(make_npc("geffen/B"), 1, reward=greed)
    assert (entry.zeny, entry.base_exp + entry.job_exp, entry.items) == (100, 60, [[501, 2, 20]])

    caps()
    entry = pay(make_npc("geffen/C"), 2, reward=greed, now=NOON + timedelta(days=1))
    assert entry.items == [[501, 3, 20]]


def test_a_clock_that_goes_back_opens_no_day_again(caps):
    caps(server={"grants": 1})
    days = [0, 3, 0, 3, -9, 2, 4]
    npc = make_npc("geffen/B")
    paid = [pay(npc, at, now=NOON + timedelta(days=day)) for at, day in enumerate(days)]
    assert [entry is not None for entry in paid] == [True, True, False, False, False, False, True]


@pytest.mark.parametrize("hours", [-9, 0, 9])
def test_days_are_of_utc_whatever_the_zone_of_the_machine(caps, hours):
    caps(server={"grants": 1})
    zone, midnight = timezone.get_fixed_timezone(60 * hours), NOON + timedelta(hours=12)
    late, early = (midnight + timedelta(minutes=minutes) for minutes in (-1, 1))
    npc = make_npc("geffen/B")
    assert pay(npc, 1, now=late.astimezone(zone)).day == NOON.date()
    assert not pay(npc, 2, now=late.astimezone(zone))
    assert pay(npc, 3, now=early.astimezone(zone)).day == NOON.date() + timedelta(days=1)


def test_what_is_taken_of_the_day_outlives_a_clock_that_was_ahead_for_a_minute(caps):
    caps(server={"grants": 1})
    npc = make_npc("geffen/B")
    assert pay(npc, 1)
    life.expire(NOON + timedelta(days=40))
    assert not pay(npc, 2)


def test_counters_of_days_long_over_are_forgotten(caps):
    npc = make_npc("geffen/B")
    for day in (0, 8):
        pay(npc, day, now=NOON + timedelta(days=day))
    life.expire(NOON)
    assert {row.day for row in RewardCounter.objects.all()} == {NOON.date() + timedelta(days=8)}


def test_a_day_set_back_is_open_if_nothing_was_granted_on_it_and_closed_otherwise(caps):
    caps(server={"grants": 1})
    npc = make_npc("geffen/B")
    days = {name: NOON + timedelta(days=day) for name, day in
            {"monday": 0, "tuesday": 1, "ahead": 900, "long after": 901}.items()}  # fmt: skip
    entry = pay(npc, 1, now=days["monday"])
    assert pay(npc, 2, now=days["ahead"]) and not pay(npc, 3, now=days["monday"])
    ahead, today = clock.set_back(days["monday"])
    assert ahead == days["ahead"].date() and clock.is_closed(today)
    ledger.reverse(entry.pk, by="owner", reason="a mistake", now=days["monday"])
    assert not pay(npc, 4, now=days["monday"])
    assert pay(npc, 5, now=days["tuesday"]) and not pay(npc, 6, now=days["tuesday"])
    assert not pay(npc, 7, now=days["ahead"]), "its room was given when the clock was ahead"
    assert not clock.is_closed(clock.set_back(days["tuesday"] + timedelta(days=1))[1])
    assert pay(npc, 8, now=days["tuesday"] + timedelta(days=1))
    with pytest.raises(Refused):
        clock.set_back(days["tuesday"] + timedelta(days=1))
    assert pay(npc, 9, now=days["long after"])


def test_the_operator_sets_the_day_back_and_the_audit_log_says_so(caps, inside):
    def set_back():
        told = {"server": inside.server_id, "reason": "a wrong NTP server"}
        call_command("set_back_reward_day", **told)

    with transaction.atomic():
        clock.open_day(timezone.now() + timedelta(days=900))
    set_back()
    assert pay(make_npc("geffen/B"), 1, now=timezone.now()).day == timezone.now().date()
    with pytest.raises(CommandError, match="as it should be"):
        set_back()
    with in_schema():
        entry = AuditEntry.objects.get(action="server.changed")
        assert entry.server == inside
    assert entry.details["reason"] == "a wrong NTP server"
    assert entry.details["to"] == str(timezone.now().date()) != entry.details["from"]


@pytest.mark.parametrize("days", [0, 1], ids=["of the same day", "of a new day"])
def test_who_pays_meanwhile_waits_and_counts_what_the_first_one_took(caps, inside, days):
    """The first has not committed when the second begins."""
    caps(server={"grants": 2 - days})
    npc = make_npc("geffen/B")
    pay(npc, 1)  # its counters are there
    second, then = completed(npc, 3), NOON + timedelta(days=days)

    def other():
        try:
            with in_tenant(inside):
                return ledger.pay(second.pk, 3, now=then)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert pay(npc, 2, now=then)
            late = pool.submit(other)
            until(lambda: late.done() or somebody_waits_for_a_lock())
        assert late.result() is None


def somebody_waits_for_a_lock():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0] > 0


def test_who_comes_second_gets_the_first_ones_grant(caps):
    quest = completed(make_npc("geffen/B"), 1)
    first = ledger.pay(quest.pk, 1, now=NOON)
    assert ledger.pay(quest.pk, 1, now=NOON + timedelta(days=1)) == first
    RewardEntry.objects.filter(pk=first.pk).delete()
    with pytest.raises(Refused):
        ledger.pay(quest.pk, 1, now=NOON)  # the member is marked as paid


@pytest.mark.parametrize("status", ["offered", "active", "abandoned", "expired"])
def test_a_quest_that_is_not_completed_pays_nothing(caps, status):
    quest = completed(make_npc("geffen/B"), 1)
    DynamicQuest.objects.update(status=status)
    with pytest.raises(Refused):
        ledger.pay(quest.pk, 1, now=NOON)


def test_what_is_switched_off_or_changed_by_somebody_is_refused(caps):
    RewardPolicy.objects.update(is_active=False)
    quest = completed(make_npc("geffen/B"), 1)
    assert ledger.pay(quest.pk, 1, now=NOON) is None
    RewardPolicy.objects.update(is_active=True)
    entry = ledger.pay(quest.pk, 1, now=NOON)
    RewardEntry.objects.update(zeny=1)
    with pytest.raises(Refused):
        ledger.reverse(entry.pk, by="owner", reason="a mistake", now=NOON)
    RewardEntry.objects.update(zeny=entry.zeny)
    undone = ledger.reverse(entry.pk, by="owner", reason="a mistake", now=NOON)
    with pytest.raises(Refused):
        ledger.reverse(undone.pk, by="owner", reason="a mistake", now=NOON)


def test_the_database_itself_refuses_a_second_grant_and_a_second_reversal(caps):
    entry = pay(make_npc("geffen/B"), 1)
    undone = ledger.reverse(entry.pk, by="owner", reason="a mistake", now=NOON)
    for row in (entry, undone):
        row.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            ledger.signed(row)


@pytest.mark.parametrize("name", [*ledger.SIGNED, "char_id", "signature"])
def test_an_entry_that_was_changed_anywhere_is_not_handed_over(caps, name):
    entry = pay(make_npc("geffen/B"), 1)
    [due] = handover.claim(1, last_given=0, takes_back=True, now=NOON)
    assert ledger.genuine(due) and due.signature
    other = {"kind": "grant2", "npc_key": "x", "subject": "x", "made_by": "x", "signature": "",
             "day": NOON.date() + timedelta(days=1), "items": [], "char_id": 2,
             "reverses_id": entry.pk}  # fmt: skip
    setattr(due, name, other.get(name, 7))
    assert not ledger.genuine(due)


def test_what_was_never_handed_over_is_neither_confirmed_nor_put_off(caps):
    entry = pay(make_npc("geffen/B"), 1)
    told = {"signature": entry.signature, "given": None, "now": NOON}
    with pytest.raises(NotFound):
        handover.confirm(entry.pk, 1, **told)
    with pytest.raises(NotFound):
        handover.put_off(entry.pk, 1)
    entry.refresh_from_db()
    assert (entry.status, entry.settled_at) == ("due", None)
    handover.claim(1, last_given=0, takes_back=True, now=NOON)
    assert handover.confirm(entry.pk, 1, **told) == (False, False)
    assert handover.confirm(entry.pk, 1, **told) == (True, False)


def test_an_entry_without_a_signature_is_not_handed_over(caps):
    pay(make_npc("geffen/B"), 1)
    RewardEntry.objects.update(signature="")
    assert not handover.claim(1, last_given=0, takes_back=True, now=NOON)
    assert RewardAlert.objects.get().kind == "forged"


def test_another_servers_signature_counts_for_nothing(caps, other_server):
    content = ledger.content(pay(make_npc("geffen/B"), 1))
    with in_tenant(other_server):
        foreign = signing.signature(content)
    assert not signing.valid(content, foreign)


def test_room_comes_back_once_and_only_for_what_was_never_handed_over(caps):
    caps(server={"grants": 2})
    npc = make_npc("geffen/B")
    first, second = pay(npc, 1), pay(npc, 2)
    handover.claim(2, last_given=0, takes_back=True, now=NOON)
    for entry in (first, second):
        ledger.reverse(entry.pk, by="owner", reason="a mistake", now=NOON)
        for _ in range(2):
            with pytest.raises(Conflict):
                ledger.reverse(entry.pk, by="owner", reason="a mistake", now=NOON)
    assert [pay(npc, char) is not None for char in (3, 4)] == [True, False]


def test_every_counter_gets_back_what_it_gave(caps):
    before = (pay(make_npc("geffen/B"), 1), taken())[1]
    entry = pay(make_npc("geffen/C"), 2, "one")
    assert taken() != before
    ledger.reverse(entry.pk, by="owner", reason="a mistake", now=NOON)
    assert taken() == before


def taken():
    rows = RewardCounter.objects.exclude(grants=0)
    return set(rows.values_list("scope", "subject", "zeny", "exp", "item_value", "grants"))


def test_the_room_of_a_day_that_is_over_does_not_come_back(caps):
    caps(server={"grants": 1})
    npc, tomorrow = make_npc("geffen/B"), NOON + timedelta(days=1)
    entry = pay(npc, 1)
    assert pay(npc, 2, now=tomorrow)
    ledger.reverse(entry.pk, by="owner", reason="a mistake", now=tomorrow)
    assert not pay(npc, 3, now=tomorrow)
