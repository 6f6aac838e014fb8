"""Text as people and models write it to hurt: markup of the client, nested and broken apart,
characters that cannot be seen, letters that only look like others."""

from __future__ import annotations

from hypothesis import strategies as st

CODE_PAGES = ("cp1252", "cp874", "cp949", "cp932", "cp1251", "gb18030", "gbk", "big5", "utf-8")
UNSEEN = st.sampled_from(list("\u200b\u202e\u2066\ufeff\u00ad\x00\x07\x1b\u2028\u0301\ue000\ufffe"))
LOOKALIKE = st.sampled_from(list("＾＜＞：［］｛｝＊﹤﹥⁽⟨⟩〈〉‹›‸ˆ᪽"))
TAGS = st.sampled_from(["ITEML", "ITEM", "ITEMLINK", "NAVI", "URL", "INFO", "QUEST", "MSG", "b"])
MARKS = st.sampled_from([
    "^FF0000", "^ff00ff", "^i[501]", "^nItemID^501", "^", "^^", "<", ">", "</", "/>", "[", "]", "{",
    "}", "(", ")", "*", ":", ";", '"', "'", "\\", "%s", "{0}", "&lt;", "&#60;", "\n", "\r", "\t",
    "[Guard]", "Guard: ", "NPC : ", "(50 zeny)", "...", "…", "—", "!important", "Ａ", "ﬁ", "ﾟ",
    "İ", "สวัสดี", "ครับ", "안녕", "ソ", "表", "ß", "ñ", "😀",
    "👩‍👩‍👧", "𝕳𝖎", "a\u0328\u0301" * 3, " ", "a",
    "Hello. ", "Well! ", "mes ", "select(",
])  # fmt: skip
SURROGATE = st.characters(categories=["Cs"])


def pieces(inner):
    """Something with a tag around it, cut into by what cannot be seen."""
    return st.one_of(
        st.tuples(TAGS, inner).map(lambda told: f"<{told[0]}>{told[1]}</{told[0]}>"),
        st.tuples(TAGS, inner).map(lambda told: f"<{told[0].lower()} onerror=1>{told[1]}"),
        st.tuples(inner, UNSEEN, inner).map("".join),
        st.tuples(st.just("^FF"), inner, st.just("0000")).map("".join),
        st.tuples(st.just("<IT"), inner, st.just("EM>")).map("".join),
        st.tuples(st.sampled_from("*([{【"), inner, st.sampled_from("*)]}】")).map("".join),
    )


ATOMS = st.one_of(MARKS, UNSEEN, LOOKALIKE, SURROGATE, st.text(max_size=6))
NESTED = st.recursive(ATOMS, pieces, max_leaves=6)
NASTY = st.lists(NESTED, max_size=12).map("".join)
WHOLE = NASTY.map(lambda text: text.encode("utf-8", "ignore").decode())
"""Without halves of surrogate pairs, as what came over gRPC."""
