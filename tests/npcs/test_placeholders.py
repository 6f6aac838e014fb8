"""`[item:909]` in a model's words."""

import pytest

from npcs.brief import Lookup
from npcs.placeholders import named

FOUND = Lookup(kind="droppers", subject="Dew Drop", names=(("item:70001", "Dew Drop"),))


@pytest.mark.parametrize(
    "said, shown",
    [
        ("Take [item:70001].", "Take Dew Drop."),
        ("Take [Item: 70001].", "Take Dew Drop."),
        ("Take [item:70001|Crown of Kings].", "Take Dew Drop."),
        ("Take [item:4|Golden Egg].", "Take Golden Egg."),
        ("Take [item:4].", "Take ."),
        ("Go to [map:moon].", "Go to ."),
        ("She waves [slowly].", "She waves [slowly]."),
        ("[item:70001|<ITEM>x</ITEM>]", "[item:70001|<ITEM>x</ITEM>]"),
    ],
)
def test_only_what_was_looked_up_has_a_name(said, shown):
    assert named(said, FOUND) == shown


def test_without_a_finding_none_has():
    assert named("Take [item:70001].", None) == "Take ."
