import shutil
from pathlib import Path

from aiworld.devstack.errors import StackError

MEGABYTE = 1_000_000
NEEDED = 500 * MEGABYTE
# Below this PostgreSQL may fail in the middle of a write, so the stack stops while it still can.
FLOOR = 32 * MEGABYTE


def require(folder: Path, wanted: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < wanted:
        raise StackError(
            f"The disk of {folder} is full: {free // MEGABYTE} MB free, "
            f"{wanted // MEGABYTE} MB needed. "
            "Free some space or set AIWORLD_DATA to a folder on another disk."
        )
