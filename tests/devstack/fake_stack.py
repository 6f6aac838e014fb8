"""`python fake_stack.py ROOT`: the real supervisor and services, small processes for ours."""

import sys
from collections.abc import Mapping
from pathlib import Path

from aiworld.devstack import stack
from aiworld.devstack.folders import Folders
from aiworld.devstack.processes import Program

MANAGE = """
import json, os, sys
root, (verb,) = os.path.dirname(os.path.abspath(__file__)), sys.argv[1:]
with open(os.path.join(root, "calls"), "a") as calls:
    calls.write(verb + " ")
if verb == "migrate":
    import psycopg
    host, name = os.environ["POSTGRES_HOST"], os.environ["POSTGRES_DB"]
    with psycopg.connect(host=host, user="postgres", dbname=name, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS django_migrations (id int)")
        connection.execute("CREATE SCHEMA IF NOT EXISTS server_demo")
if verb == "demo":
    with open(os.environ["AIWORLD_DEMO_FILE"], "w") as file:
        json.dump({"schema": "server_demo", "api_key": "sk-demo"}, file)
"""
# Two processes, the inner one deaf to SIGTERM, as a busy pool worker would be.
CHILD = """
import os, signal, sys, time
if os.fork() == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.alarm(120)
print("up", flush=True)
time.sleep(120)
"""


def make_root(root: Path) -> Path:
    (root / "requirements").mkdir(parents=True)
    (root / "requirements" / "base.txt").touch()
    (root / "manage.py").write_text(MANAGE)
    return root


def children(root: Path, values: Mapping[str, str], folders: Folders) -> list[Program]:
    return [
        Program(
            name=name,
            argv=[sys.executable, "-c", CHILD, str(root)],
            env=values,
            log=folders.log(name),
            ready=lambda name=name: "up" in folders.log(name).read_text(),
        )
        for name in ("worker", "web")
    ]


if __name__ == "__main__":
    sys.exit(stack.up(Path(sys.argv[1]), children))
