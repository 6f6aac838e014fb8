# SPDX-License-Identifier: GPL-3.0-or-later
"""A map-server of an rAthena folder with NPCs of a test, without a change in that folder."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
PATIENCE = 180
"""Seconds until it is online, and until it has ended."""
SIDECAR = """ai_sidecar_enabled: yes
ai_sidecar_endpoint: 127.0.0.1:{port}
ai_sidecar_api_key: sk-fixed
"""


def shadow(rathena: Path, folder: Path, npcs: str, port: int) -> None:
    """`folder` becomes a map-server's folder of links to `rathena`, with its own conf/ and NPCs."""
    for entry in rathena.iterdir():
        if entry.name not in ("conf", "npc"):
            (folder / entry.name).symlink_to(entry)
    shutil.copytree(rathena / "conf", folder / "conf")
    imports = folder / "conf" / "import"
    (imports / "ai_sidecar.conf").write_text(SIDECAR.format(port=port))
    (imports / "ai_sidecar.conf").chmod(0o600)
    (imports / "ai_world.conf").write_text("")
    (folder / "npc").mkdir()
    for entry in (rathena / "npc").iterdir():
        if entry.name != "scripts_custom.conf":
            (folder / "npc" / entry.name).symlink_to(entry)
    (folder / "npc" / "scripts_custom.conf").write_text("npc: npc/of_the_test.txt\n")
    (folder / "npc" / "of_the_test.txt").write_text(npcs)


@contextmanager
def running(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The map-server of `folder`; login-server, char-server and database are there already."""
    log = folder / "map.log"
    with log.open("wb") as out:
        server = subprocess.Popen(["./map-server"], cwd=folder, stdout=out, stderr=out)
    try:
        for _ in range(PATIENCE * 2):
            told = log.read_bytes()
            if b"Map Server is now online" in told:
                break
            if server.poll() is not None:
                raise SystemExit(f"map-server ended:\n{told[-2000:].decode(errors='replace')}")
            time.sleep(0.5)
        yield server
    finally:
        server.terminate()
        try:
            server.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            server.kill()
