"""How much was drawn is said at the end, so that a run that drew nothing is seen."""

from collections import Counter

import pytest

from tests.fuzz.running import SECONDS, drawn


@pytest.fixture(autouse=True)
def counted(request, record_property):
    module = request.module.__name__
    before = drawn[module]
    yield
    record_property("examples", drawn[module] - before)


def pytest_terminal_summary(terminalreporter):
    examples = Counter()
    for report in terminalreporter.stats.get("", []):
        for name, value in report.user_properties:
            if name == "examples" and report.when == "teardown":
                examples[report.nodeid.partition("::")[0]] += value
    for path, count in sorted(examples.items() if SECONDS else ()):
        terminalreporter.write_line(f"{path}: {count:,} examples")
