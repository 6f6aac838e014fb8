import pytest

from benchmarks.serving import rivals


def test_a_sentence_of_sixteen_tokens_takes_a_third_of_a_billion_operations():
    assert rivals.operations(16) == pytest.approx(0.342e9, rel=0.01)


def test_this_machine_multiplies():
    assert rivals.peak(1) > 1e8
