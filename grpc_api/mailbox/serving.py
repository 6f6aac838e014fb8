"""The process of the bridge: one thread for each game server, until a signal says stop."""

from __future__ import annotations

import argparse
import logging
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

from grpc_api.mailbox.bridge import Bridge
from grpc_api.mailbox.calls import Calls, channel
from grpc_api.mailbox.config import Config, ConfigError, read

DEFAULT = Path("mailbox.conf")
FORM = "%(asctime)s %(levelname)s mailbox: %(message)s"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="mailbox_bridge", description="Answer NPC scripts.")
    parser.add_argument("--config", type=Path, default=DEFAULT, help="default: mailbox.conf")
    parser.add_argument("--check", action="store_true", help="read the configuration, only")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format=FORM)
    return start(options.config, check=options.check)


def start(file: Path, *, check: bool = False) -> int:
    """Until a signal says stop; the exit status."""
    try:
        config = read(file)
    except ConfigError as error:
        print(f"mailbox_bridge: {error}")
        return 2
    if check:
        print(f"{file}: {len(config.worlds)} game server(s), {config.platform.endpoint}")
        return 0
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    serve(config, stop)
    return 0


def serve(config: Config, stop: threading.Event) -> None:
    """Until `stop`. A game server whose database is away does not hold up another's."""
    with channel(config.platform) as door:
        threads = [
            threading.Thread(
                target=Bridge(world, Calls(door, world)).run, args=(stop,), name=world.name
            )
            for world in config.worlds
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():  # on Windows, Ctrl-C does not interrupt an endless join
                thread.join(0.5)
