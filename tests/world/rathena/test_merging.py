"""Properties of the merge, whatever the records are."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from world.rathena.items import Items
from world.rathena.records import Broken, Record
from world.rathena.yamldb import _chunks, _parse

NAMES = ("Dew", "Moss", "Crown")
PLACES = ("Head_Top", "Head_Mid", "Armor")


def record(values):
    return Record({key: str(v) if isinstance(v, int) else v for key, v in values.items()}, "x", 1)


ids = st.integers(1, 3)
values = st.fixed_dictionaries(
    {"Id": ids},
    optional={
        "AegisName": st.sampled_from(NAMES),
        "Name": st.sampled_from(NAMES),
        "Buy": st.integers(-3, 40),
        "Sell": st.integers(-3, 40),
        "Weight": st.integers(0, 9),
        "Locations": st.dictionaries(
            st.sampled_from(PLACES), st.sampled_from(["true", "false", "maybe"]), max_size=3
        ),
    },
)


def taken(records):
    items = Items()
    refused = 0
    for each in records:
        before = {key: repr(value) for key, value in items.found.items()}
        try:
            items.take(record(each))
        except Broken:
            refused += 1
            assert {key: repr(value) for key, value in items.found.items()} == before
    return items, refused


@given(st.lists(values, max_size=12))
@settings(max_examples=120, deadline=None)
def test_a_refused_record_changes_nothing_and_the_last_word_counts(records):
    items, _ = taken(records)
    for item in items.found.values():
        own = [each for each in records if each["Id"] == item.id]
        assert item.name in NAMES
        assert set(item.locations) <= set(PLACES)
        assert any(each.get("AegisName") == item.aegis_name for each in own)


@given(st.lists(values, max_size=12))
@settings(max_examples=120, deadline=None)
def test_aegis_names_lead_to_the_item_that_has_them_and_to_no_other(records):
    items, _ = taken(records)
    assert items.by_aegis_name == {
        item.aegis_name.lower(): item.id for item in items.found.values()
    }


@given(st.lists(values, max_size=12))
@settings(max_examples=120, deadline=None)
def test_no_item_can_be_bought_and_sold_with_a_gain(records):
    items, _ = taken(records)
    items.finish()
    for item in items.found.values():
        assert item.sell <= 1 or item.sell * 124 <= item.buy * 75


@given(st.lists(values, max_size=12))
@settings(max_examples=60, deadline=None)
def test_taking_the_same_records_again_changes_nothing(records):
    good = [each for each in records if taken([*records[: records.index(each)], each])]
    once, _ = taken(good)
    twice, _ = taken([*good, *good]) if not _renames(good) else (once, 0)
    assert {k: v.name for k, v in once.found.items()} == {k: v.name for k, v in twice.found.items()}


def _renames(records):
    """Whether a name is given to several items, or an item several names: then order counts."""
    pairs = {(each["Id"], each["AegisName"]) for each in records if "AegisName" in each}
    whole = all("AegisName" in each and "Name" in each for each in records)
    names = {(each["Id"], each["Name"]) for each in records if "Name" in each}
    lone = len({i for i, _ in names}) == len(names)
    return not (
        whole and lone and len(pairs) == len({i for i, _ in pairs}) == len({n for _, n in pairs})
    )


plain = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=8)


@given(
    st.lists(st.tuples(plain, plain), min_size=1, max_size=8), st.sampled_from(["", "  ", "    "])
)
@settings(max_examples=80, deadline=None)
def test_a_body_is_cut_at_its_own_dashes_whatever_its_indentation(pairs, indent):
    text = ["Body:\n", "# remark\n"]
    for name, script in pairs:
        text += [f"{indent}- Name: '{name}'\n", f"{indent}  Script: |\n"]
        text += [f"{indent}    - {script}\n", "\n"]
    chunks = list(_chunks(1, text))
    parsed = [_parse(chunk)[0] for _, chunk in chunks]
    assert [each["Name"] for each in parsed] == [name for name, _ in pairs]
    assert [each["Script"].strip() for each in parsed] == [f"- {script}" for _, script in pairs]
    assert [text[line - 1].strip()[:7] for line, _ in chunks] == ["- Name:"] * len(pairs)
