"""Scripts written out of characters: nothing leaves its place, and what is read again is equal."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from npcs.importing import SHORTEST, plain, topic
from npcs.scripts.definitions import split_file
from npcs.scripts.reading import decode
from npcs.scripts.records import Summary
from npcs.scripts.tree import build_tree
from npcs.scripts.writing import SHOWN_BYTES, Spoken, Stub, Unwritable, literal, write
from tenants.models.choices import CodePage
from tests.npcs.scripts.conftest import SAMPLE

PAGES = st.sampled_from([*CodePage.values, "gbk"])
HOOKS = st.sampled_from(["client", "tier0"])
HOSTILE = st.sampled_from([
    '"', '\\"', "\\", '";', "}", "{", ",{", "\n", "\t", "\r\n", "//", "/*", "*/", "\0", 'é"', "é\\",
    "表", '\\表"', 'ソ\\"', "^FF0000", "<ITEM>Apple<INFO>1</INFO></ITEM>", "::", "#", ":",
    "[Guard]", '"); getitem 501,1; mes "', "\u2028", "-- ", '가"', "end;", "(waves)", "Guard : ",
    "a ", " ", 'ด"',
])  # fmt: skip
TEXT = st.lists(st.one_of(HOSTILE, st.text(max_size=8)), max_size=8).map("".join)
LINES = st.lists(st.builds(Spoken, text=TEXT, topic=st.one_of(st.just(""), TEXT)), max_size=6)
LONG = st.text(alphabet="abcé. ,'-!", min_size=150, max_size=600)
FUZZ = settings(max_examples=150, deadline=None)

SAYING = r"(?:mes|npctalk) S(?: \+ S)*;"
STATEMENT = (
    rf"(?:if \(ai_talk\(\) >= 0\)|callfunc S;|close;|next;|mes S \+ strnpcinfo\(1\) \+ S;|{SAYING}|"
    r"switch \(select\(S(?: \+ S)*\)\) \{|case \d+:|\})"
)


def as_rathena(body):
    """The code with its strings cut out, by rAthena's own rule (npc_skip_script)."""
    code, at = bytearray(), 0
    while at < len(body):
        if body[at : at + 1] != b'"':
            code += body[at : at + 1]
            at += 1
            continue
        at += 1
        while body[at : at + 1] != b'"':
            assert body[at : at + 1] not in (b"\n", b"\0", b""), "rAthena refuses the file here"
            at += 2 if body[at] == 0x5C and body[at - 1] <= 0x7E else 1
        code += b"S"
        at += 1
    return code.decode("ascii")


def stub(lines=(), *, key="prontera/Smith#town", name="Smith", **fields):
    return Stub(
        **{"key": key, "name": name, "x": 150, "y": 180, "sprite": "4_M_01", "lines": lines}
        | fields
    )


def read(data, code_page):
    found = split_file(decode(data, name="one.txt", code_page=code_page))
    return build_tree(found.definitions, found.issues, Summary())


def known(character):
    """What the import would store of it. Menus come after what has no topic."""
    facts = [(topic(line), plain(line.text)) for line in character.lines if line.voice == "own"]
    return (
        character.key, character.name, character.x, character.y, character.sprite,
        sorted(fact for fact in facts if len(fact[1]) >= SHORTEST),
    )  # fmt: skip


def again(character, *, hook, code_page):
    """Exported and imported."""
    key, name, x, y, sprite, facts = known(character)
    lines = [Spoken(text=text, topic=topic) for topic, text in facts]
    written = write(
        stub(lines, key=key, name=name, x=x, y=y, sprite=sprite), hook=hook, code_page=code_page
    )
    [found] = read(written, code_page).characters
    return found


@FUZZ
@given(lines=LINES, name=TEXT, tag=TEXT, sprite=TEXT, page=PAGES, hook=HOOKS)
@example(
    lines=[Spoken(text='é"); getitem 501,1; mes "')],
    name="A",
    tag="b",
    sprite="1",
    page="cp1252",
    hook="tier0",
)  # noqa: E501
@example(
    lines=[Spoken(text='表"); end; mes "\\')],
    name="表",
    tag="b",
    sprite="1",
    page="cp932",
    hook="client",
)  # noqa: E501
def test_no_text_breaks_out_of_the_script(lines, name, tag, sprite, page, hook):
    try:
        data = write(
            stub(lines, key=f"prontera/Smith#{tag}", name=name, sprite=sprite),
            hook=hook,
            code_page=page,
        )
    except Unwritable:
        return
    header, _, body = data.partition(b",{\n")
    assert header.count(b"\t") == 3 and b"\n" not in header and b",{" not in header
    code = as_rathena(body)
    assert code.endswith("\n}\n")
    for row in code.removesuffix("}\n").split("\n"):
        assert re.fullmatch(rf"\t*{STATEMENT}|", row), row
    assert code.count("{") + 1 == code.count("}")


@FUZZ
@given(text=TEXT.map(lambda text: re.sub(r"[\n\r\0\u2028]", "", text)), page=PAGES)
def test_a_string_ends_where_it_shall(text, page):
    text = text.encode(page, "ignore").decode(page)
    assert as_rathena(literal(text, page)).strip("S+ ") == ""


@FUZZ
@given(
    lines=LINES,
    more=st.lists(LONG.map(lambda text: Spoken(text=text)), max_size=2),
    page=PAGES,
    hook=HOOKS,
)  # noqa: E501
def test_what_was_imported_is_the_same_after_export_and_import(lines, more, page, hook):
    [first] = read(write(stub([*lines, *more]), hook=hook, code_page=page), page).characters
    assert known(again(first, hook=hook, code_page=page)) == known(first)


@pytest.mark.parametrize("hook", ["client", "tier0"])
def test_the_sample_town_comes_back_as_it_was(hook):
    tree = read(SAMPLE.read_bytes(), "utf-8")
    assert len(tree.characters) == 14
    for one in tree.characters:
        assert known(again(one, hook=hook, code_page="cp1252")) == known(one)


def test_a_name_is_cut_at_23_bytes_and_the_key_stays():
    long = stub(name="가나다라마바사아자차카타파", key="prontera/Guard#1")
    [found] = read(write(long, hook="client", code_page="cp949"), "cp949").characters
    assert (found.key, found.name) == ("prontera/Guard#1", "가나다라마바사아자차카")
    assert len(found.name.encode("cp949")) <= SHOWN_BYTES


@pytest.mark.parametrize(
    "fields, words",
    [
        ({"key": "prontera/Gu,{ard"}, "no unique name"),
        ({"key": "prontera/가"}, "no letters"),
        ({"key": "prontera/" + "x" * 50}, "more than 49 bytes"),
        ({"key": "pron tera/a"}, "no name of a map"),
        ({"key": "prontera/#x", "name": "\U0001f600"}, "no letters for its name"),
        ({"x": 70_000}, "no cell"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_script_is_refused_with_the_reason(fields, words):
    with pytest.raises(Unwritable, match=words):
        write(stub(**fields), hook="client", code_page="cp1252")


def test_topics_become_menus_of_twelve():
    lines = [Spoken(text=f"This is line number {at}.", topic=f"Topic {at}") for at in range(30)]
    written = write(stub(lines), hook="client", code_page="cp1252")
    assert written.count(b"select(") == 3 and b'Topic 11:..."' in written
    [found] = read(written, "cp1252").characters
    assert known(found)[5] == sorted((one.topic, one.text) for one in lines)
