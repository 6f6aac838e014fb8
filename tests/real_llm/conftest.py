"""Only `make llm` has a real model; it names the interpreter that can run it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

PYTHON = os.environ.get("AIWORLD_REAL_LLM", "")
collect_ignore = [] if PYTHON else ["test_real_llm.py"]


@pytest.fixture(scope="session")
def base_url():
    serve = Path(__file__).with_name("serve.py")
    command = [PYTHON, str(serve), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if " at http" in line:
                yield line.split(" at ")[1].strip()
                break
        process.terminate()


@pytest.fixture(autouse=True)
def real(settings, base_url):
    settings.DEEPSEEK_API_BASE = base_url
    settings.DEEPSEEK_API_KEY = ""
    settings.DEEPSEEK_MODEL = "SmolLM2-135M-Instruct"
    settings.DEEPSEEK_TEMPERATURE = 0.0
    settings.DEEPSEEK_MAX_TOKENS = 40
    settings.DEEPSEEK_TIMEOUT = settings.LLM_TASK_TIMEOUT = 120.0
    settings.REQUEST_TIMEOUT = 150.0
    return base_url
