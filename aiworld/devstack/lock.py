import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiworld.devstack.errors import StackError


@contextmanager
def held(path: Path) -> Iterator[None]:
    """One stack a data folder; the kernel frees the lock however its holder ends."""
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise StackError(
                f"AI World already runs from {path.parent.parent} (process {file.read().strip()}). "
                "Stop it there with Ctrl-C, or use another folder: AIWORLD_DATA=... make up"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
