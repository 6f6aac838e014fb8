from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.providers.thinking import ThinkFilter, without_thoughts

CASES = [
    ("Welcome.", "Welcome."),
    ("<think>he is poor</think>Welcome.", "Welcome."),
    ("<think>\nhm\n</think>\n\nWelcome.", "Welcome."),
    ("A <think>x</think>B <think>y</think>C", "A B C"),
    ("<think>never ends", ""),
    ("a < b, <thin> air, </think", "a < b, <thin> air, </think"),
    ("ends with <thi", "ends with <thi"),
    ("<<think>x</think>>", "<>"),
]


@pytest.mark.parametrize("text, shown", CASES)
def test_thoughts_are_taken_out_of_a_whole_answer(text, shown):
    assert without_thoughts(text) == shown


def test_a_thought_without_an_opening_tag_is_taken_out_of_a_whole_answer():
    assert without_thoughts("he is poor</think>\nWelcome.") == "Welcome."


@given(st.sampled_from(CASES), st.data())
def test_tags_may_be_split_anywhere(case, data):
    text, shown = case
    cuts = data.draw(st.lists(st.integers(0, len(text))))
    edges = [0, *sorted(cuts), len(text)]
    thinking = ThinkFilter()
    pieces = [thinking.feed(text[a:b]) for a, b in zip(edges, edges[1:], strict=False)]
    assert "".join([*pieces, thinking.finish()]) == shown
