"""mailbox.conf: which game servers the bridge answers, and where it asks."""

from __future__ import annotations

import configparser
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grpc_api.mailbox.deals import KINDS
from grpc_api.mailbox.happenings import SHOWN

WORLD = "server "
PLATFORM = "platform"


class ConfigError(Exception):
    """What is wrong, in words for the owner."""


@dataclass(frozen=True, kw_only=True)
class Platform:
    endpoint: str = "127.0.0.1:50051"
    tls: bool = False
    ca_cert: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None


@dataclass(frozen=True, kw_only=True)
class World:
    """One game server: its database, and its key at the platform."""

    name: str
    database: str
    user: str
    password: str = field(repr=False)
    api_key: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 3306
    socket: str = ""
    game_server_id: str = ""
    register_npcs: bool = True
    in_flight: int = 64
    logs: frozenset[str] = frozenset()
    """Kinds of events that are read from the game's log tables."""
    log_database: str = ""
    """Where they are; empty: `database`."""
    world: tuple[str, ...] = ()
    """Kinds of world events that its scripts show."""


@dataclass(frozen=True, kw_only=True)
class Config:
    platform: Platform
    worlds: tuple[World, ...]


def read(path: Path, environ: Mapping[str, str] = os.environ) -> Config:
    """Raises ConfigError. Secrets stand in the file, in another file, or in the environment."""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(path.read_text(encoding="utf-8-sig"), source=str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from None
    except configparser.Error as error:
        raise ConfigError(str(error).replace("\n", " ")) from None
    wrong = [one for one in parser.sections() if one != PLATFORM and not one.startswith(WORLD)]
    if wrong:
        raise ConfigError(f"[{wrong[0]}] is neither [platform] nor [server <name>]")
    worlds = tuple(
        _world(name.removeprefix(WORLD).strip(), dict(parser[name]), path.parent, environ)
        for name in parser.sections()
        if name.startswith(WORLD)
    )
    if not worlds:
        raise ConfigError(f"{path} names no [server <name>]")
    found = dict(parser[PLATFORM]) if parser.has_section(PLATFORM) else {}
    return Config(platform=_platform(found, path.parent), worlds=worlds)


def _platform(found: dict[str, str], folder: Path) -> Platform:
    keys = {"endpoint", "tls", "ca_cert", "client_cert", "client_key"}
    _known(found, keys, f"[{PLATFORM}]")
    files = {name: _file(folder, found[name]) for name in keys & set(found) if "c" in name[:1]}
    if ("client_cert" in files) != ("client_key" in files):
        raise ConfigError("client_cert and client_key belong together")
    return Platform(
        endpoint=found.get("endpoint", Platform.endpoint),
        tls=_flag(found, "tls", False),
        **files,
    )


def _world(name: str, found: dict[str, str], folder: Path, environ: Mapping[str, str]) -> World:
    where = f"[server {name}]"
    keys = {
        "database", "user", "password", "password_file", "password_env", "api_key", "api_key_file",
        "api_key_env", "host", "port", "socket", "game_server_id", "register_npcs", "in_flight",
        "logs", "log_database", "world",
    }  # fmt: skip
    _known(found, keys, where)
    for needed in ("database", "user"):
        if not found.get(needed):
            raise ConfigError(f"{where} needs {needed}")
    return World(
        name=name,
        database=found["database"],
        user=found["user"],
        password=_secret(found, "password", where, folder, environ),
        api_key=_secret(found, "api_key", where, folder, environ),
        host=found.get("host", World.host),
        port=_number(found, "port", World.port, 1, 65_535),
        socket=found.get("socket", ""),
        game_server_id=found.get("game_server_id", ""),
        register_npcs=_flag(found, "register_npcs", True),
        in_flight=_number(found, "in_flight", World.in_flight, 1, 1000),
        logs=_kinds("logs", found, KINDS),
        log_database=_plain(found.get("log_database", "")),
        world=tuple(sorted(_kinds("world", found, SHOWN))),
    )


def _kinds(key: str, found: Mapping[str, str], known: Iterable[str]) -> frozenset[str]:
    names = frozenset(filter(None, map(str.strip, found.get(key, "").split(","))))
    if wrong := sorted(names - set(known)):
        raise ConfigError(f"{key} knows {', '.join(known)}, not {wrong[0]!r}")
    return names


def _plain(name: str) -> str:
    if "`" in name:
        raise ConfigError(f"log_database is no name: {name!r}")
    return name


def _known(found: dict[str, str], keys: set[str], where: str) -> None:
    unknown = sorted(set(found) - keys)
    if unknown:
        raise ConfigError(f"{where} has unknown keys: {', '.join(unknown)}")


def _secret(
    found: dict[str, str], name: str, where: str, folder: Path, environ: Mapping[str, str]
) -> str:
    ways: dict[str, Callable[[str], str]] = {
        name: str,
        f"{name}_file": lambda value: _file(folder, value).read_text().strip(),
        f"{name}_env": lambda value: environ.get(value, ""),
    }
    given = [way for way in ways if found.get(way)]
    if len(given) != 1:
        raise ConfigError(f"{where} needs one of {', '.join(ways)}")
    secret = ways[given[0]](found[given[0]])
    if not secret:
        raise ConfigError(f"{where} {given[0]} is empty")
    return secret


def _file(folder: Path, value: str) -> Path:
    file = folder / value
    if not file.is_file():
        raise ConfigError(f"no such file: {file}")
    return file


def _flag(found: dict[str, str], name: str, default: bool) -> bool:
    value = found.get(name, "yes" if default else "no").lower()
    if value not in ("yes", "no", "on", "off", "true", "false"):
        raise ConfigError(f"{name} is yes or no, not {value!r}")
    return value in ("yes", "on", "true")


def _number(found: dict[str, str], name: str, default: int, low: int, high: int) -> int:
    value = found.get(name, str(default))
    if not (value.isascii() and value.isdigit() and low <= int(value) <= high):
        raise ConfigError(f"{name} is a number from {low} to {high}, not {value!r}")
    return int(value)
