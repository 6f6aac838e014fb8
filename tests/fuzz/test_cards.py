"""Character cards, bundles and tables: what a stranger's file holds is refused with a reason, or
can be stored and comes out again as it went in."""

from __future__ import annotations

import base64
import io
import json
import struct
import zipfile
import zlib
from datetime import UTC, datetime

import yaml
from hypothesis import strategies as st

from aiworld.errors import Invalid
from npcs.exchange import files, pictures
from npcs.exchange.bundles import write_pack
from npcs.exchange.sheets import PERSONA, Sheet
from npcs.exchange.uploads import _content
from npcs.models import NpcPersonality
from npcs.scales import Alignment, Emotion
from tests.fuzz.running import fuzz, storable
from tests.fuzz.texts import NASTY, WHOLE

NOW = datetime(2026, 11, 23, tzinfo=UTC)
KEY = "izlude/Kafra#1"
NUMBERS = st.one_of(
    st.integers(-(2**70), 2**70), st.floats(), st.sampled_from([0, 1, 0.5, 512, 513, 1e400, -0.0])
)
FIELDS = (
    "name", "description", "personality", "scenario", "first_mes", "mes_example", "tags",
    "system_prompt", "post_history_instructions", "alternate_greetings", "creator", "assets",
    "extensions", "character_book", "nickname", "creator_notes",
)  # fmt: skip
NAMES = st.sampled_from([
    *FIELDS, *PERSONA, "ro_npc", "entries", "content", "keys", "key", "sensitivity", "condition",
    "enabled", "text", "topic", "npcs", "facts", "format", "knowledge", "card", "is_active",
])  # fmt: skip
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, NASTY),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(NASTY, NAMES), inner, max_size=4)
    ),
    max_leaves=8,
)
OURS = st.dictionaries(st.sampled_from([*PERSONA, "key", "background"]), ANYTHING, max_size=5)
ENTRY = st.fixed_dictionaries(
    {"content": st.one_of(NASTY, ANYTHING)},
    optional={
        "name": ANYTHING, "keys": ANYTHING, "enabled": ANYTHING, "extensions": ANYTHING,
    },
)  # fmt: skip
EXTENSIONS = st.fixed_dictionaries({"ro_npc": OURS}, optional={"x": ANYTHING})
BOOK = st.fixed_dictionaries({"entries": st.lists(ENTRY, max_size=3)})
DATA = st.fixed_dictionaries(
    {"name": st.one_of(WHOLE, ANYTHING)},
    optional=dict.fromkeys(FIELDS[1:12], ANYTHING)
    | {"extensions": st.one_of(ANYTHING, EXTENSIONS), "character_book": st.one_of(ANYTHING, BOOK)},
)  # fmt: skip
CARD = st.fixed_dictionaries(
    {"spec": st.sampled_from(["chara_card_v2", "chara_card_v3"]), "data": DATA},
    optional={"spec_version": ANYTHING, "more": ANYTHING},
)
ESCAPED = st.booleans()


def as_json(value, escaped):
    """As others write it: escaped halves of pairs and NUL, NaN and Infinity are in the wild."""
    text = json.dumps(value, ensure_ascii=escaped)
    return text.encode("utf-8", "replace")


def chunk(kind, body):
    return struct.pack(">I4s", len(body), kind) + body + struct.pack(">I", zlib.crc32(kind + body))


def as_png(data, keyword):
    body = keyword.encode() + b"\0" + base64.b64encode(data)
    return (
        pictures.SIGNATURE + chunk(b"IHDR", b"\0" * 13) + chunk(b"tEXt", body) + chunk(b"IEND", b"")
    )


def as_archive(data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("card.json", data)
    return out.getvalue()


def storable_json(value):
    """PostgreSQL's jsonb takes it: no NUL, no half of a pair, no NaN."""
    text = json.dumps(value, allow_nan=False, ensure_ascii=False)
    text.encode("utf-8")
    assert "\\u0000" not in text.replace("\\\\", "")


def checked(data, key=KEY):
    """What was read, if it could be; every column would take it."""
    try:
        found = files.read(data, key=key)
    except Invalid as refused:
        assert refused.message and storable(refused.message) and len(refused.message) < 2000
        return None
    storable_json(_content(found))
    for one in found if isinstance(found, list) else ():
        row = NpcPersonality(key=one.key, name="?", map_name="prontera")
        for name, value in one.persona.items():
            setattr(row, name, value)
        row.clean_fields(exclude=["faction", "group"])
        assert all(fact.text and storable(fact.text + fact.topic) for fact in one.knowledge or ())
    return found


def same(one, other):
    return (
        one.persona == other.persona and one.knowledge == other.knowledge and one.card == other.card
    )


@fuzz(CARD, ESCAPED, st.sampled_from(["plain", "ccv3", "chara", "charx"]))
def test_any_card_is_refused_or_stored_and_goes_out_again(card, escaped, form):
    data = as_json(card, escaped)
    data = {"plain": data, "charx": as_archive(data)}.get(form) or as_png(data, form)
    found = checked(data)
    if found is None:
        return
    [one] = found
    for out in ("card_v2", "card_v3", "card_png"):
        [again] = files.read(files.write([one], out, now=NOW))
        assert again.persona == one.persona and (again.knowledge or ()) == (one.knowledge or ())
    [twice] = files.read(files.write([again], "card_v3", now=NOW))
    assert same(twice, again), "the second way out changes nothing any more"


@fuzz(CARD, st.sampled_from(["plain", "ccv3", "charx"]), st.data())
def test_a_damaged_file_is_refused_or_stored(card, form, draws):
    data = as_json(card, True)
    data = {"plain": data, "charx": as_archive(data)}.get(form) or as_png(data, form)
    for _ in range(draws.draw(st.integers(1, 3))):
        at = draws.draw(st.integers(0, len(data)))
        end = draws.draw(st.integers(at, min(len(data), at + 20)))
        data = data[:at] + draws.draw(st.binary(max_size=8)) + data[end:]
    checked(data)


FACT = st.fixed_dictionaries(
    {"text": st.one_of(WHOLE, ANYTHING)},
    optional={"topic": ANYTHING, "sensitivity": st.one_of(st.sampled_from([0, 5, 8, 10]), ANYTHING),
              "condition": st.one_of(st.sampled_from(["level > 10", "trust >= 5"]), ANYTHING)},
)  # fmt: skip
NPC = st.fixed_dictionaries(
    {"key": st.one_of(st.just(KEY), ANYTHING)},
    optional=dict.fromkeys(PERSONA, ANYTHING) | {"knowledge": st.lists(FACT, max_size=2)},
)


@fuzz(
    st.one_of(
        st.fixed_dictionaries({"npcs": st.one_of(ANYTHING, st.lists(NPC, max_size=3))}),
        st.fixed_dictionaries({"name": ANYTHING, "facts": st.lists(FACT, max_size=3)}),
    ),
    st.sampled_from(["aiworld-npcs/1", "aiworld-knowledge/1"]),
)
def test_any_bundle_is_refused_or_stored_and_comes_back_equal(value, form):
    text = f"format: {form}\n" + yaml.safe_dump(value, allow_unicode=True)
    found = checked(text.encode("utf-8", "replace"))
    if isinstance(found, files.Pack):
        again = write_pack(found.name, found.facts, attribution=found.attribution)
        assert files.read(again.encode()).facts == found.facts
    elif found:
        assert files.read(files.write(found, "bundle", now=NOW)) == found


CELLS = st.one_of(NASTY, st.sampled_from(["0.5", "1e999", "nan", "-1", "00", "٣", "=1+1", "'=1"]))


@fuzz(
    st.lists(st.sampled_from(["key", *PERSONA, "text", "topic", "condition"]), max_size=6),
    st.lists(st.lists(CELLS, max_size=6), max_size=4),
)
def test_any_table_is_refused_or_stored(columns, rows):
    lines = [",".join(columns), *(",".join(cells) for cells in rows)]
    checked("\n".join(lines).encode("utf-8", "replace"))


TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp"]), max_size=30
)
LINE = TEXT.map(lambda text: " ".join(text.split()))
SHEETS = st.builds(
    Sheet,
    key=LINE.map(lambda text: f"izlude/K{text}"),
    name=LINE.map(lambda text: f"K{text}"),
    background=st.one_of(st.none(), st.lists(LINE, max_size=3).map("\n".join)),
    speech_style=st.one_of(st.none(), LINE),
    openness=st.one_of(st.none(), st.floats(0, 1)),
    x=st.one_of(st.none(), st.integers(0, 512)),
    alignment=st.one_of(st.none(), st.sampled_from([*Alignment])),
    mood=st.one_of(st.none(), st.sampled_from([*Emotion])),
    knowledge=st.one_of(
        st.none(),
        st.lists(LINE.map(lambda text: {"text": f"K{text}", "topic": text}), max_size=3).map(tuple),
    ),
)


@fuzz(SHEETS, st.sampled_from(["card_v2", "card_v3", "card_png", "bundle", "table"]))
def test_a_character_comes_back_from_every_format(one, form):
    [again] = files.read(files.write([one], form, now=NOW))
    told = {name: value for name, value in one.persona.items() if value != "" or form != "table"}
    assert again.key == one.key
    assert {name: value for name, value in again.persona.items() if name in told} == told
    if form != "table":
        assert (again.knowledge or ()) == (one.knowledge or ())
