"""Files of `KEY=value` lines: `.env`, `secrets.env`, `stack.env`."""

import os
from collections.abc import Mapping
from pathlib import Path


def read(path: Path) -> dict[str, str]:
    """Skips blank lines and `#` lines; drops `export` and one pair of quotes around a value."""
    if not path.is_file():
        return {}
    values = {}
    for line in path.read_text().splitlines():
        line = line.strip().removeprefix("export ")
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            values[key.strip()] = _unquoted(value.strip())
    return values


def write(path: Path, values: Mapping[str, str]) -> None:
    """Readable by the owner only, and never half written."""
    partial = path.with_name(path.name + ".new")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{key}={value}\n" for key, value in values.items())
    partial.replace(path)


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value
