"""Where settings come from, strongest first: the environment, `.env` in the checkout, the files
that a running `make up` keeps in its data folder. `env(...)` is called in this package only."""

from __future__ import annotations

import os
from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent.parent

env = environ.Env()
if (BASE_DIR / ".env").is_file():
    env.read_env(BASE_DIR / ".env")

DATA_DIR = Path(os.environ.get("AIWORLD_DATA") or BASE_DIR / ".aiworld").resolve()
for _name in ("run/stack.env", "secrets.env"):
    if (DATA_DIR / _name).is_file():
        env.read_env(DATA_DIR / _name)
