"""What containers are told to do, held against what there is."""

from __future__ import annotations

import re
from pathlib import Path

from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = set(
    re.findall(r"[A-Z][A-Z0-9_]{3,}", (ROOT / "docs" / "reference" / "settings.md").read_text())
)


def require_runs(command):
    """A command line of the image that would start: the command is there and knows its options."""
    program, *arguments = command
    assert program == "python"
    if arguments[0] == "manage.py":
        name, *options = arguments[1:]
        load_command_class(get_commands()[name], name).create_parser("manage.py", name).parse_args(
            options
        )
    elif arguments[0] == "-m":
        assert arguments[1] in ("daphne", "celery")
        assert "aiworld" in arguments or "aiworld.asgi:application" in arguments
    else:
        assert arguments[0] == "-c"
        compile(arguments[1], "probe", "exec")


def require_settings(names):
    assert set(names) - SETTINGS == set()
