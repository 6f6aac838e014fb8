"""A pytest plugin (`-p tests.services`): starts a throw-away PostgreSQL and Valkey before Django's
settings are read. Workers of xdist inherit them from the main process."""

import atexit
import os
from contextlib import ExitStack

from aiworld.devstack.throwaway import throwaway

NEEDED = {
    "SECRET_KEY": "a secret of the test run, long enough for every check there is",
    "API_KEY_SALT": "the salt of the test run",
    "INFERENCE_BACKEND": "fake",
    "REDIS_TIMEOUT": "2",  # a busy machine is not a cache that is away
    "DEEPSEEK_API_KEY": "",
    "DEEPSEEK_API_BASE": "https://api.deepseek.com",
}

if "AIWORLD_TEST_SERVICES" not in os.environ:
    stack = ExitStack()
    os.environ |= stack.enter_context(throwaway())
    os.environ |= NEEDED | {"AIWORLD_TEST_SERVICES": str(os.getpid())}
    atexit.register(stack.close)
