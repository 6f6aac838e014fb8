"""Features see no future, and say what they say of the past."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.learned import errands, features, pairs, prices, scarcity, worth
from inference.learned.days import summarise
from inference.learned.history import (
    CODES,
    COMPLETED,
    DAY,
    EVENT,
    OPEN,
    QUEST,
    TURN,
    History,
    together,
)
from inference.learned.lessons import BY_KEY, LESSONS

FIRST, DAYS = 20_000, 40
START = FIRST * DAY


def event(kind, at, char=1, **told):
    """`at` in days since the first midnight."""
    row = np.zeros(1, EVENT)
    row["kind"], row["at"], row["char"], row["number"] = CODES[kind], START + at * DAY, char, 1
    for name, value in told.items():
        row[name] = value
    return row


def history(*events, quests=(), turns=(), days=DAYS):
    return History(
        FIRST, days, together(events, EVENT), together(quests, QUEST), together(turns, TURN)
    )


def quest(accepted, ended, *, char=1, status=COMPLETED, difficulty=2):
    row = np.zeros(1, QUEST)
    row["char"], row["accepted_at"], row["ended_at"] = (
        char,
        START + accepted * DAY,
        START + ended * DAY,
    )
    row["difficulty"], row["level"], row["amount"], row["status"] = difficulty, 30, 5, status
    return row


kinds = st.sampled_from(
    ["log_in", "log_out", "kill", "death", "trade", "vending_sale", "zeny_change", "item_pick"]
)
moments = st.floats(0, DAYS - 0.001, allow_nan=False).map(lambda at: round(at * 1440) / 1440)
events = st.lists(
    st.builds(
        lambda kind, at, char, other, zeny, item: event(
            kind, at, char, other=0 if other == char else other, zeny=zeny, target=item
        ),
        kinds, moments, st.integers(1, 4), st.integers(0, 4), st.integers(-500, 500),
        st.integers(0, 3),
    ),
    max_size=60,
)  # fmt: skip
quests = st.lists(
    st.builds(
        lambda at, hours, char, status: quest(at, at + hours / 24, char=char, status=status),
        moments, st.integers(0, 200), st.integers(1, 4), st.sampled_from([COMPLETED, OPEN + 2]),
    ),
    max_size=12,
)  # fmt: skip


def by_subject(names, values, subjects):
    return {
        int(who): dict(zip(names, row, strict=True))
        for who, row in zip(subjects, values, strict=True)
    }


def same(one, other):
    for who, row in one.items():
        if any(row.values()) or who in other:
            assert other[who] == pytest.approx(row, abs=1e-6)


@given(events, quests, st.integers(1, DAYS - 1))
def test_what_happens_later_changes_no_feature(happened, asked, day):
    whole = history(*happened, quests=asked)
    then, now = summarise(whole.until(day)), summarise(whole)
    for table in (features.players, prices.dealings, worth.table):
        old, new = table(then, day), table(now, day)
        same(
            by_subject(old.names, old.values, then.chars),
            by_subject(new.names, new.values, now.chars),
        )
    one, other = pairs.met(then, day), pairs.met(now, day)
    same(*(by_subject(table.names, table.values, which) for table, which in (one, other)))
    old, which = prices.features(prices.daily(then.history), day, 0)
    new, others = prices.features(prices.daily(now.history), day, 0)
    known, later = prices.daily(then.history).items, prices.daily(now.history).items
    same(
        by_subject(old.names, old.values, known[which]),
        by_subject(new.names, new.values, later[others]),
    )
    rows = []
    for days in (then, now):
        found = prices.daily(days.history)
        table, which = scarcity.features(found, scarcity.picks(days.history, found.items), day)
        rows.append(by_subject(table.names, table.values, found.items[which]))
    same(*rows)


@given(events, quests)
def test_a_quest_is_judged_by_what_was_known_the_midnight_before(happened, asked):
    days = summarise(history(*happened, quests=asked))
    table, over = errands.ended(days)
    for row, one in zip(table.values, over, strict=True):
        day = int(one["accepted_at"] // DAY) - FIRST
        before = days.history.until(day).quests if day else asked[:0]
        mine = [each for each in before if each["char"] == one["char"] and each["status"] != OPEN]
        assert row[table.names.index("taken")] == pytest.approx(np.log1p(len(mine)))


def test_until_a_day_a_quest_that_ends_later_is_open():
    whole = history(event("log_in", 1), quests=[quest(2.5, 6.5)])
    assert whole.until(5).quests["status"].tolist() == [OPEN]
    assert np.isinf(whole.until(5).quests["ended_at"][0])
    assert whole.until(7).quests["status"].tolist() == [COMPLETED]


def test_features_have_the_units_they_name():
    played = [event("log_in", 9.0), event("log_out", 9.0 + 90 / 1440)]
    played += [event("kill", 9.0 + at / 1440, number=2) for at in range(1, 31)]
    played += [event("death", 9.03), event("zeny_change", 9.06, zeny=6_000)]
    days = summarise(history(*played, turns=[np.array([(START + 9.01 * DAY, 1)], TURN)]))
    row = features.players(days, 10)
    assert row.of("minutes_3d")[0] == pytest.approx(np.log1p(90))
    assert row.of("kill_7d")[0] == pytest.approx(np.log1p(60))
    assert row.of("shape_lives")[0] == pytest.approx(np.log(61 / 2))
    assert row.of("recency")[0] == 1 and row.of("known")[0] == 1
    assert row.of("shape_rhythm")[0] == pytest.approx(0, abs=0.02)  # a kill a minute, like a clock
    assert row.of("turns_3d")[0] == pytest.approx(np.log1p(1))
    assert features.players(days, 14).of("minutes_3d")[0] == 0
    assert features.players(days, 9).of("kill_28d")[0] == 0


def test_two_people_on_one_account_change_hour_and_pace_together():
    both = []
    for day in range(20):
        hour, kills = (8, 60) if day % 2 else (20, 6)
        start = day + hour / 24
        both += [event("log_in", start), event("log_out", start + 60 / 1440)]
        both += [event("kill", start + (at + 1) / 1500) for at in range(kills)]
    row = features.players(summarise(history(*both)), 21)
    assert row.of("change_hour")[0] == 12
    assert row.of("change_pace")[0] > 1.5


def test_who_comes_when_another_goes_is_looked_at_with_it():
    """Two of a computer, and one who only plays at the same hours."""
    sat = []
    for day in range(2, 12):
        for char, start, minutes in ((1, 0, 60), (2, 63, 30), (3, 20, 60)):
            begins = day + 0.8 + start / 1440
            sat += [event("log_in", begins, char), event("log_out", begins + minutes / 1440, char)]
    days = summarise(history(*sat))
    table, which = pairs.met(days, 20)
    assert [pairs.parted(int(pair)) for pair in which] == [(1, 2)]
    assert table.of("handed")[0] == pytest.approx(np.log(10)) and table.of("share")[0] == 1
    assert table.of("overlap")[0] == 0 and table.of("apart_length")[0] == pytest.approx(np.log(2))
    assert pairs.joined(2, 1) == which[0] == pairs.joined(1, 2)
    assert len(pairs.met(days, 3)[1]) == 0 and len(pairs.met(days, 40)[1]) == 0


def test_an_hour_is_worth_what_it_brought():
    played = [event("log_in", 9.0), event("log_out", 9.0 + 120 / 1440)]
    days = summarise(history(*played, event("zeny_change", 9.05, zeny=8_000)))
    assert worth.table(days, 10).of("hour_7d")[0] == pytest.approx(np.log1p(4_000))
    assert worth.hour(days, 10, 17)[0] == 0


def test_scarce_is_what_will_be_dearer_than_it_used_to_be():
    sold = [event("vending_sale", day + 0.1 * at, 5, other=9, target=501,
                  zeny=100 if day < 20 else 200)
            for day in range(1, 39) for at in range(2)]  # fmt: skip
    found = prices.daily(history(*sold, event("item_pick", 18.5, target=501, number=4)))
    picked = scarcity.picks(history(event("item_pick", 18.5, target=501, number=4)), found.items)
    assert picked[0, 18] == 4 and picked.sum() == 4
    table, which = scarcity.features(found, picked, 20)
    assert table.of("gap_28")[0] == pytest.approx(0) and table.of("picks")[0] == np.log1p(4)
    change, number = scarcity.ahead(found, 20, which)
    assert change[0] == pytest.approx(np.log(2)) and number[0] == 14


def test_who_buys_up_and_sells_dear_is_seen_and_so_are_its_partners():
    deals = [event("vending_sale", day + 0.1 * at, 5 + at, other=9, target=501, zeny=100)
             for day in range(2, 30) for at in range(3)]  # fmt: skip
    deals += [
        event("vending_sale", 36 + 0.1 * at, 8, other=7, target=501, zeny=300) for at in range(3)
    ]
    deals += [
        event("vending_sale", 36.5 + 0.1 * at, 7, other=8, target=501, zeny=300) for at in range(3)
    ]
    days = summarise(history(*deals))
    row, seller = prices.dealings(days, 39), int(np.searchsorted(days.chars, 8))
    assert row.of("dearest")[seller] == pytest.approx(np.log(3))
    assert row.of("back")[seller] == pytest.approx(np.log(2)) and row.of("turned")[seller] > 0
    assert row.of("near_dearest")[int(np.searchsorted(days.chars, 7))] > 0.5
    assert row.of("dearest")[int(np.searchsorted(days.chars, 5))] == pytest.approx(0)


def test_the_price_of_a_day_is_the_median_of_a_piece():
    sold = [event("vending_sale", 1 + 0.1 * at, 5, other=9, target=501, number=2, zeny=zeny)
            for at, zeny in enumerate((200, 400, 9_999))]  # fmt: skip
    found = prices.daily(history(*sold))
    assert np.exp(found.log[0, 1]) == pytest.approx(200) and found.sales[0, 1] == 3
    assert np.isnan(found.log[0, 0]) and np.exp(found.log[0, 5]) == pytest.approx(200)


def test_an_empty_history_has_no_examples():
    days = summarise(history())
    for lesson in LESSONS:
        assert len(lesson.examples(days, {})) == 0
    assert BY_KEY["churn"].now(days)[1].tolist() == []
