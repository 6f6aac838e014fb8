"""Models: does their process answer, which of them run, and what do language models say?"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Mapping

from django.conf import settings

from aiworld.errors import AIWorldError
from aiworld.loops import wait_for
from inference import client
from tenants.diagnosis.finding import Finding, failing, fine, warning

AWAY = (
    "Start `manage.py inferenceserver`, or look into its log; NPCs find memories by words alone "
    "until then."
)
BROKEN = "Look at /admin/inference/ and the log of inferenceserver for why they cannot be loaded."
NO_GPU = "ML_DEVICE asks for a GPU: see docs/how-to/use-a-gpu.md, or set ML_DEVICE=cpu."
GPU_FULL = "docs/runbooks/gpu-memory.md: lower ML_MEMORY_MIB, or end what else uses the GPU."
FULL = 0.92
QUERY = ("--query-gpu=name,memory.used,memory.total", "--format=csv,noheader,nounits")


def find(answering: Mapping[str, str]) -> Iterator[Finding]:
    del answering
    yield _process()
    yield _language_model()
    if settings.ML_DEVICE.startswith("cuda"):
        yield _gpu()


def _process() -> Finding:
    try:
        told = wait_for(client.health())
    except AIWorldError as error:
        return failing("models", error.message, AWAY)
    states = told.get("models", {})
    failed = sorted(key for key, state in states.items() if state == "failed")
    seen = f"backend {told['backend']}, {len(states)} models"
    if failed:
        return warning("models", f"cannot be loaded: {', '.join(failed)}", BROKEN, seen)
    return fine("models", seen)


def _language_model() -> Finding:
    if not client.configured():
        return fine("language model", "none: the composer answers")
    host, model = client.llm_name(None)
    return fine("language model", f"{model} at {host}")


def _gpu() -> Finding:
    program = shutil.which("nvidia-smi")
    if program is None:
        return failing("GPU", "no driver (nvidia-smi) on this machine", NO_GPU)
    try:
        done = subprocess.run(
            [program, *QUERY], capture_output=True, text=True, timeout=5, check=True
        )
        name, used, total = (part.strip() for part in done.stdout.splitlines()[0].split(","))
    except (OSError, subprocess.SubprocessError, ValueError, IndexError) as error:
        return failing("GPU", f"does not answer ({type(error).__name__})", NO_GPU)
    seen = f"{name}, {used} of {total} MiB in use"
    if int(used) > FULL * int(total):
        return warning("GPU", "its memory is nearly full", GPU_FULL, seen)
    return fine("GPU", seen)
