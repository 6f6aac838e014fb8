"""From what the operator has set to what every process gets and which services are ours to run."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from aiworld.devstack import dotenv
from aiworld.devstack.folders import Folders

ROOT = Path(__file__).resolve().parents[2]
CACHE_DB, BROKER_DB, CHANNELS_DB = 0, 1, 2
DEFAULTS = {
    "POSTGRES_PORT": "5432",
    "POSTGRES_DB": "aiworld",
    "POSTGRES_USER": "aiworld",
    "POSTGRES_PASSWORD": "",
    "GRPC_HOST": "127.0.0.1",
    "GRPC_PORT": "50051",
    "HOST": "127.0.0.1",
    "PORT": "8000",
    "LOG_LEVEL": "INFO",
}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`values` is the whole environment of our processes, `exported` the part that we decide."""

    values: dict[str, str]
    exported: dict[str, str]
    embedded_postgres: bool
    embedded_cache: bool
    embedded_broker: bool


def given(root: Path = ROOT) -> dict[str, str]:
    """`.env` of the checkout, overruled by the environment."""
    return present(dotenv.read(root / ".env") | dict(os.environ))


def present(values: Mapping[str, str]) -> dict[str, str]:
    """An empty value counts as not set."""
    return {name: value for name, value in values.items() if value}


def data_folder(values: Mapping[str, str], root: Path = ROOT) -> Path:
    return Path(os.path.abspath(root / Path(values.get("AIWORLD_DATA", ".aiworld")).expanduser()))


def plan(values: Mapping[str, str], folders: Folders, secrets: Mapping[str, str]) -> Plan:
    postgres = "POSTGRES_HOST" not in values
    redis = _redis(values)
    cache = "REDIS_URL" not in redis
    broker = not {"CELERY_BROKER_URL", "CHANNELS_REDIS_URL"} <= redis.keys()
    sockets = folders.sockets
    embedded = {
        "REDIS_URL": f"unix://{sockets}/cache.sock?db=0",
        "CELERY_BROKER_URL": f"redis+socket://{sockets}/broker.sock?virtual_host=0",
        "CHANNELS_REDIS_URL": f"unix://{sockets}/broker.sock?db=1",
    }
    own = {
        "AIWORLD_DEMO_FILE": str(folders.demo),
        "INFERENCE_SOCKET": str(sockets / "inference.sock"),
        "ALLOWED_HOSTS": "localhost,.localhost,127.0.0.1,[::1]",
        **({"POSTGRES_HOST": str(sockets / "postgres")} if postgres else {}),
    }
    defaults = DEFAULTS | own | embedded | dict(secrets)
    resolved = defaults | dict(values) | redis
    if postgres:
        # The embedded server knows no other port and user, whatever was set for another server.
        resolved |= {name: DEFAULTS[name] for name in ("POSTGRES_PORT", "POSTGRES_USER")}
    resolved |= {"AIWORLD_DATA": str(folders.data), "PYTHONUNBUFFERED": "1"}
    exported = {name: resolved[name] for name in (*defaults, "POSTGRES_HOST", "AIWORLD_DATA")}
    return Plan(
        values=resolved,
        exported=exported,
        embedded_postgres=postgres,
        embedded_cache=cache,
        embedded_broker=broker,
    )


def _redis(values: Mapping[str, str]) -> dict[str, str]:
    """The URLs that were set, or that follow from REDIS_HOST or REDIS_URL."""
    names = ("REDIS_URL", "CELERY_BROKER_URL", "CHANNELS_REDIS_URL")
    urls = {name: values[name] for name in names if name in values}
    if "REDIS_HOST" in values:
        password = quote(values.get("REDIS_PASSWORD", ""), safe="")
        account = f":{password}@" if password else ""
        server = f"redis://{account}{values['REDIS_HOST']}:{values.get('REDIS_PORT', '6379')}"
        urls = {"REDIS_URL": f"{server}/{CACHE_DB}"} | urls
    if "REDIS_URL" in urls:
        following = {
            "CELERY_BROKER_URL": _celery(_with_db(urls["REDIS_URL"], BROKER_DB)),
            "CHANNELS_REDIS_URL": _with_db(urls["REDIS_URL"], CHANNELS_DB),
        }
        urls = following | urls
    return urls


def _with_db(url: str, number: int) -> str:
    if url.startswith("unix://"):
        return f"{url.partition('?')[0]}?db={number}"
    return urlsplit(url)._replace(path=f"/{number}").geturl()


def _celery(url: str) -> str:
    return url.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
