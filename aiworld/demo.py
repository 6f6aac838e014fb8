"""The facts of the demo server, as `make up` leaves them in <data>/demo.json."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from aiworld.settings.env import DATA_DIR


def facts_file() -> Path:
    return Path(os.environ.get("AIWORLD_DEMO_FILE") or DATA_DIR / "demo.json")


def read_facts() -> dict[str, Any]:
    """Empty if there is no demo."""
    try:
        facts: dict[str, Any] = json.loads(facts_file().read_text())
    except (OSError, ValueError):
        return {}
    return facts


def write_facts(facts: dict[str, Any]) -> None:
    """Readable by its owner alone: the API key and the password are in it."""
    path = facts_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".tmp")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(facts, file, indent=2, ensure_ascii=False)
        file.write("\n")
    fresh.replace(path)
