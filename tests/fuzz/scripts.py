"""rAthena's script language, drawn: whole files that are right, and such files after a blow."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

PAGES = ("cp1252", "cp874", "cp949", "cp932", "cp1251", "gbk", "big5", "utf-8")
WORDS = st.text("abcdefghijklmnopqrstuvwxyz ', ?!-0123456789", min_size=1, max_size=60)
SAYING = WORDS.map(lambda text: "A" + " ".join(text.split()))
"""Begins with a letter, as no speaker's label, no tag and no narration does."""
NAME = st.from_regex(r"[A-Z][a-z]{1,12}(#[a-z0-9]{1,8})?", fullmatch=True)
MAP = st.from_regex(r"[a-z][a-z_0-9]{2,12}", fullmatch=True)
CELL = st.integers(0, 400)
VARIABLE = st.from_regex(r"[.@$#']{0,2}[a-z_]{1,8}\$?", fullmatch=True)
NUMBER = st.integers(-(2**40), 2**40).map(str)
STRING = WORDS.map(lambda text: '"' + text.replace('"', '\\"') + '"')
COMMENT = st.sampled_from(["", "", " // it's late\n", ' /* { " */ ', "\n\n", "\t"])


def seq(*parts):
    """Strings and strategies of strings, one after the other."""
    return st.tuples(*(st.just(p) if isinstance(p, str) else p for p in parts)).map("".join)


OPERATOR = st.sampled_from([" + ", " == ", " && ", "-", " ? ", ":"])
CALL = st.sampled_from(["rand(", "countitem(", 'callfunc("F_Hi",'])
EXPRESSION = st.recursive(
    st.one_of(VARIABLE, NUMBER, STRING, st.just("strcharinfo(0)"), st.just("Zeny")),
    lambda inner: st.one_of(
        seq(inner, OPERATOR, inner), seq("(", inner, ")"), seq(CALL, inner, ")")
    ),
    max_leaves=6,
)
SIMPLE = st.one_of(
    seq("mes ", EXPRESSION, ";"),
    seq("set ", VARIABLE, ", ", EXPRESSION, ";"),
    seq(VARIABLE, st.sampled_from([" = ", " += ", "++", "--"]), EXPRESSION, ";"),
    st.sampled_from([
        "next;", "close;", "end;", "close2;", "break;", "L_Loop:", "goto L_Loop;", "clear;", ";",
        "getitem 501, 1;", 'npctalk "Hear me, all of you";', 'callshop "a", 1;', "OnInit:",
        'menu "Yes", L_Loop, "No", -;', "delitem2 501,1,1,0,0,0,0,0,0;", "return;",
        "setarray .@a[0], 1, 2;",
    ]),
)  # fmt: skip
LOOP = st.sampled_from(["while (", "for (.@i = 0; "])
BLOCKS = st.recursive(
    st.lists(SIMPLE, max_size=4).map("\n\t".join),
    lambda inner: st.one_of(
        seq("if (", EXPRESSION, ") {", inner, "} else {", inner, "}"),
        seq("if (", EXPRESSION, ") ", SIMPLE),
        seq(LOOP, EXPRESSION, ") {", inner, "}"),
        seq(
            "switch (select(", STRING, ":", STRING, ")) {\ncase 1:", inner, "\ndefault:", inner, "}"
        ),
        seq(inner, COMMENT, inner),
    ),
    max_leaves=8,
)


@dataclass(frozen=True)
class Npc:
    map: str
    x: int
    y: int
    name: str
    sayings: tuple[str, ...]

    @property
    def key(self):
        return f"{self.map}/{self.name}"

    def written(self, code=""):
        pages = "\n\tnext;\n".join(f'\tmes "{each}";' for each in self.sayings)
        return (
            f"{self.map},{self.x},{self.y},4\tscript\t{self.name}\t4_M_01,{{\n"
            f'\tmes "[{self.name.partition("#")[0]}]";\n{pages}\n{code}\n\tclose;\n}}\n'
        )


NPC = st.builds(Npc, MAP, CELL, CELL, NAME, st.lists(SAYING, min_size=1, max_size=4).map(tuple))
NPCS = st.lists(NPC, min_size=1, max_size=5, unique_by=lambda npc: npc.name)
OTHERS = st.one_of(
    seq(MAP, ",10,20,0\twarp\tw1\t1,1,", MAP, ",30,40\n"),
    seq(MAP, ",1,2,4\tshop\tTool#", NAME, "\t83,501:50,502:-1\n"),
    seq(MAP, ",0,0\tmonster\tPoring\t1002,", CELL.map(str), ",5000\n"),
    seq(MAP, "\tmapflag\tnosave\tSavePoint\n"),
    seq(MAP, ",5,6,4\tduplicate(", NAME, ")\tCopy#", NAME, "\t57\n"),
    seq("function\tscript\tF_", NAME, "\t{\n", BLOCKS, "\nreturn;\n}\n"),
    seq("-\tscript\t", NAME, "\t-1,{\n", BLOCKS, "\n}\n"),
    st.sampled_from(["// a comment\n", "/* one\nof two lines { */\n", "\n"]),
)
FILES = st.tuples(NPCS, st.lists(OTHERS, max_size=4), st.lists(BLOCKS, max_size=5))
BLOWS = st.one_of(
    st.sampled_from([
        b'"', b"{", b"}", b"/*", b"*/", b"//", b"\t", b"\n", b"\r", b"\0", b"\\", b";", b"(", b")",
        b",{", b"::", b"^FF0000", b"<NAVI>", b"\xa4", b"\xff\xfe", b"\xef\xbb\xbf", b"99999999999",
        b"-1", b"\xed\xa0\x80", b"\x1a", b"\xc2\x85", b"\xe2\x80\xa8", b"else", b"duplicate(",
    ]),
    st.binary(max_size=6),
)  # fmt: skip


@st.composite
def files(draw):
    """The text of a file and the NPCs in it."""
    npcs, others, _codes = draw(FILES)
    parts = [npc.written() for npc in npcs] + list(others)
    order = draw(st.permutations(range(len(parts))))
    return "".join(parts[at] for at in order), npcs


@st.composite
def damaged(draw):
    """Bytes of a file with code in it, after up to four blows: put in, put over, cut out, said
    again."""
    npcs, others, codes = draw(FILES)
    codes += [""] * (len(npcs) - len(codes))
    text = "".join([*(n.written(c) for n, c in zip(npcs, codes, strict=False)), *others])
    data = text.encode(draw(st.sampled_from(PAGES)), "replace")
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(data)))
        end = draw(st.integers(at, min(len(data), at + 40)))
        blow = draw(st.sampled_from(["in", "over", "out", "again"]))
        if blow == "in":
            data = data[:at] + draw(BLOWS) + data[at:]
        elif blow == "over":
            data = data[:at] + draw(BLOWS) + data[end:]
        elif blow == "out":
            data = data[:at] + data[end:]
        else:
            data = data[:end] + data[at:]
    return data
