import subprocess
import sys
from pathlib import Path

import psycopg
import redis

from aiworld.devstack.environment import ROOT
from aiworld.devstack.throwaway import throwaway
from tests.devstack.running import clean_environment

SCRIPT = """
import os, psycopg
host, name = os.environ["POSTGRES_HOST"], os.environ["POSTGRES_DB"]
with psycopg.connect(host=host, user="postgres", dbname=name) as connection:
    print(connection.execute("SELECT 6 * 7").fetchone()[0])
raise SystemExit(3)
"""


def test_services_come_empty_and_leave_nothing(services):
    with throwaway({}) as env:
        folder = Path(env["AIWORLD_DATA"])
        with psycopg.connect(host=env["POSTGRES_HOST"], user="postgres", dbname="aiworld") as db:
            tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
            assert db.execute(tables).fetchone() == (0,)
            assert db.execute("SELECT '[1]'::vector <-> '[3]'").fetchone() == (2.0,)
        policies = {}
        for name in ("REDIS_URL", "CHANNELS_REDIS_URL"):
            with redis.Redis.from_url(env[name], decode_responses=True) as client:
                policies |= {name: client.config_get("maxmemory-policy")["maxmemory-policy"]}
        assert folder.is_dir()
    assert not folder.exists()
    assert policies == {"REDIS_URL": "allkeys-lru", "CHANNELS_REDIS_URL": "noeviction"}


def test_given_services_are_passed_on(services):
    with throwaway(services) as env:
        assert not list(Path(env["AIWORLD_DATA"]).glob("logs/*"))
        assert services.items() <= env.items()


def test_a_command_runs_with_services_and_its_exit_code_comes_back():
    command = [sys.executable, "-m", "aiworld.devstack", "run", "--", sys.executable, "-c", SCRIPT]
    done = subprocess.run(
        command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (3, "42\n")
