"""Tier 0: the game's own scripts write the rows, and who can write to its database writes any row.
A row becomes a request of its own player's, or it is Malformed; none stops the bridge."""

from __future__ import annotations

from datetime import UTC
from types import SimpleNamespace

from hypothesis import strategies as st

from grpc_api.mailbox import events, quests
from grpc_api.mailbox.asks import LONGEST_LINE, MOST_FIELDS, MOST_LINES, Answer, Ask, unmarked
from grpc_api.mailbox.calls import Calls, Malformed
from grpc_api.mailbox.deals import KINDS, Deals, Row
from grpc_api.mailbox.happenings import SHOWN, told
from grpc_api.pb.aiworld.v1 import dialogue_pb2, npcs_pb2, quests_pb2, world_pb2
from tests.fuzz.running import fuzz
from tests.fuzz.texts import NASTY

PAGES = st.sampled_from(["cp1252", "cp874", "cp949", "cp932", "gbk", "big5", "utf-8"])
LARGEST = 256 * 1024
"""Bytes of a request; the platform takes no more (GRPC_MAX_MESSAGE_BYTES)."""
SMALL, UNSIGNED, SIGNED = (
    st.integers(0, 2**16 - 1), st.integers(0, 2**32 - 1), st.integers(-(2**31), 2**31 - 1),
)  # fmt: skip
"""As the columns of the table hold them."""
BYTES = st.one_of(st.binary(max_size=240), NASTY.map(lambda text: text.encode("utf-8", "replace")))
VALUES = st.one_of(
    st.sampled_from([b"", b"0", b"-1", b"1,2,3", b"9" * 30, b"\xb2", "٣".encode(), b"given"]),
    st.integers(-1, 2**65).map(lambda number: str(number).encode()),
    st.lists(SMALL.map(str), max_size=250).map(lambda some: ",".join(some).encode()),
    BYTES,
)  # fmt: skip
FIELD = st.one_of(
    st.sampled_from(sorted(n.encode() for call in quests.CALLS.values() for n in call.names)),
    BYTES,
)  # fmt: skip
CALL = st.tuples(
    st.one_of(st.sampled_from(sorted(quests.CALLS)).map(str.encode), BYTES),
    st.lists(
        st.tuples(FIELD, st.sampled_from([b"=", b"=5C=", b""]), VALUES).map(b"".join), max_size=8
    ),
).map(lambda call: b"\n".join([call[0], *call[1]]))
KIND = st.sampled_from(["talk", "remember", "recall", "decide", "optout", "call", "", "drop"])
ASKS = st.builds(
    Ask, id=st.integers(1, 2**64 - 1), claim=st.just("c" * 32), kind=KIND, waits=st.booleans(),
    npc=BYTES, npc_x=SMALL, npc_y=SMALL, char_id=UNSIGNED, account_id=UNSIGNED, base_level=SMALL,
    name=BYTES.map(lambda name: name[:90]), body=st.one_of(CALL, BYTES, st.binary(max_size=8000)),
    number=SIGNED, asked_at=st.datetimes(timezones=st.just(UTC)),
    microseconds_left=st.integers(-(2**63), 2**63 - 1),
)  # fmt: skip


class Recorded:
    """Stands for a stub of gRPC: what would go over the wire."""

    def __init__(self):
        self.made = []

    def __getattr__(self, name):
        def future(request, *, timeout, metadata):
            self.made.append((name, request, timeout))

        return SimpleNamespace(future=future)


def calls(page):
    found = object.__new__(Calls)
    found.code_page = page
    found._metadata = ()
    found._world = SimpleNamespace(world=())
    stub = Recorded()
    found._dialogue = found._npcs = found._quests = found._reported = found._server = stub
    return found, stub


@fuzz(ASKS, PAGES)
def test_a_row_is_a_request_of_its_player_or_malformed(ask, page):
    ask = unmarked(ask)
    found, stub = calls(page)
    found.introduce(ask)
    try:
        found.start(ask)
    except Malformed as why:
        assert len(str(why)) < 300
    for name, request, seconds in stub.made:
        wire = request.SerializeToString()
        assert len(wire) < LARGEST and type(request).FromString(wire) == request
        assert 0 < seconds <= 30
        if name != "SyncNpcs" and (ask.kind != "decide" or ask.char_id):
            assert request.player.char_id == ask.char_id > 0
        if "request_id" in request.DESCRIPTOR.fields_by_name and request.request_id:
            assert request.request_id == ask.request_id


EVENTS = st.builds(
    events.Event, id=st.integers(1, 2**64 - 1), kind=st.sampled_from([*events.KINDS, "", "log"]),
    happened_at=UNSIGNED, char_id=UNSIGNED, name=BYTES, map=BYTES, x=SMALL, y=SMALL, a=SIGNED,
    b=SIGNED, word=BYTES,
)  # fmt: skip


@fuzz(st.lists(EVENTS, max_size=5), PAGES)
def test_every_event_is_told_in_its_place(rows, page):
    request = events.request(rows, page)
    assert len({one.event_id for one in request.events}) == len(
        {(r.id, r.happened_at) for r in rows}
    )
    for row, one in zip(rows, request.events, strict=True):
        assert one.player.char_id == row.char_id
        assert one.WhichOneof("what") in (row.kind, None)
    request.SerializeToString()


TIMES = st.integers(1_700_000_000, 1_700_000_020)
AMOUNT = st.one_of(st.integers(-5, 5), SIGNED)
WHO, WHAT, PLACE = st.integers(0, 4), st.integers(0, 4), st.sampled_from(["prontera", "", "ป"])
LONE = st.tuples(st.booleans(), TIMES, st.sampled_from("TVBSPMLAX"), WHO, WHAT, AMOUNT, PLACE)


@st.composite
def deal(draw):
    """Both rows of what passes, and of what is paid: as the map-server writes them, or nearly."""
    at, kind, one, two = draw(TIMES), draw(st.sampled_from("TVB")), draw(WHO), draw(WHO)
    rows = []
    for _ in range(draw(st.integers(0, 3))):
        what, many = draw(WHAT), draw(AMOUNT)
        rows += [(True, at, kind, one, what, -many, "a"), (True, at, kind, two, what, many, "a")]
    for _ in range(draw(st.integers(0, 2))):
        zeny = draw(AMOUNT)
        rows += [(False, at, kind, two, one, -zeny, "a"), (False, at, kind, one, two, zeny, "a")]
    return rows


ROWS = st.lists(st.one_of(deal(), LONE.map(lambda row: [row])), max_size=10).map(
    lambda parts: [row for part in parts for row in part]
)


@fuzz(ROWS, st.sets(st.sampled_from(KINDS)))
def test_of_any_log_rows_nothing_is_told_twice_or_made_up(rows, kinds):
    deals, found = Deals(frozenset(kinds)), []
    for number, (pick, *values) in enumerate(rows, start=1):
        row = Row(number, *values)
        found += deals.add_pick(row) if pick else deals.add_zeny(row)
        pick_at, zeny_at = deals.first_open(number, number)
        assert 1 <= pick_at <= number + 1 and 1 <= zeny_at <= number + 1
    found += deals.close(2**31)
    assert deals.close(2**31) == [] and deals.first_open(9, 9) == (10, 10)
    ids = [one.event_id for one in found]
    assert len(ids) == len(set(ids)) and len(ids) <= len(rows)
    world_pb2.ReportEventsRequest(source="logs", events=found).SerializeToString()
    for one in found:
        assert one.WhichOneof("what")
        if one.HasField("trade"):
            assert min([g.amount for g in (*one.trade.given, *one.trade.taken)], default=1) > 0
            assert one.trade.zeny_given >= 0 and one.trade.zeny_taken >= 0


LINES = st.lists(st.binary(max_size=400), max_size=120)


@fuzz(
    st.lists(LINES, max_size=3), st.lists(st.tuples(BYTES, BYTES), max_size=3), st.integers(1, 400)
)
def test_an_answer_fits_the_tables_whatever_came(pages, pairs, times):
    for answer in (Answer(pages=tuple(map(tuple, pages))), Answer(fields=tuple(pairs * times))):
        assert len(answer.lines) <= max(MOST_LINES, 2 * MOST_FIELDS)
        for page, line in answer.lines:
            assert 0 <= page < 2**16 and len(line) <= LONGEST_LINE
            assert not {0, 10, 13} & set(line)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
WORLD = st.one_of(
    st.builds(world_pb2.Announcement, raw_text=BYTES, colour=UNSIGNED).map(
        lambda made: {"announcement": made}
    ),
    st.builds(
        world_pb2.WeatherChange, maps=st.lists(TEXT, max_size=400), weather=st.integers(0, 3)
    ).map(lambda made: {"weather": made}),
    st.builds(
        npcs_pb2.NpcArrival, npc=TEXT, raw_name=BYTES, map=TEXT, x=UNSIGNED, y=UNSIGNED,
        sprite=st.one_of(TEXT, st.sampled_from(["²", "٣", "123456"])),
    ).map(lambda made: {"npc_arrival": made}),
)  # fmt: skip


@fuzz(WORLD, st.integers(0, 2**31), PAGES)
def test_what_goes_on_fits_its_columns(what, at, page):
    event = world_pb2.WorldEvent(id=at, **what)
    event.starts_at.seconds = event.ends_at.seconds = at
    happening = told(world_pb2.WorldMessage(cursor="c", event=event), page, set(SHOWN))
    _, kind, _, _, place, x, y, number, word, npc, maps = happening.columns()
    assert len(kind) <= 20 and len(place) <= 80 and max(x, y) < 2**16 and 0 <= number < 2**32
    assert len(word) <= 510 and len(npc) <= 480 and len(maps) <= 8000


@fuzz(st.lists(st.tuples(st.integers(1, 2**62), BYTES, TEXT), max_size=15), PAGES)
def test_names_and_values_of_a_reply_are_plain(grants, page):
    reply = quests_pb2.ClaimGrantsReply(
        grants=[quests_pb2.Grant(id=id, signature=signature) for id, signature, _ in grants]
    )
    quest = quests_pb2.QuestReply(
        quest=quests_pb2.Quest(id=1, raw_title=b"t", text="".join(t for *_, t in grants))
    )
    recalled = dialogue_pb2.RecallReply(memories=[dialogue_pb2.Memory(text=t) for *_, t in grants])
    found, _ = calls(page)
    for each in (reply, quest, recalled):
        answer = found.answer(each)
        assert all(len(line) <= LONGEST_LINE for _, line in answer.lines)
        assert all(name.isascii() and b"=" not in name for name, _ in answer.fields)
