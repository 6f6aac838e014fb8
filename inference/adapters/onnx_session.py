"""Runs a graph with ONNX Runtime, and keeps graphs that were built out of weights."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import onnx
import onnxruntime as ort

from inference.adapters.base import DeviceMissing

PROVIDERS = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "mps": "CoreMLExecutionProvider",
}


def session(graph: Path, device: str) -> ort.InferenceSession:
    """One thread. Raises DeviceMissing."""
    provider = PROVIDERS.get(device)
    if provider not in ort.get_available_providers():
        raise DeviceMissing(f"ML_DEVICE={device} cannot be used here; see docs/how-to/use-a-gpu.md")
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # A spinning thread takes the core from the processes beside it.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    made = ort.InferenceSession(str(graph), options, providers=[provider])
    if provider not in made.get_providers():  # it falls back to the CPU without a word
        raise DeviceMissing(f"no {device} device was found; see docs/how-to/use-a-gpu.md")
    return made


def stored(name: str, cache: Path, build: Callable[[], onnx.ModelProto]) -> Path:
    """The graph's file in `cache`, built when it is not there yet."""
    path = cache / f"{name}.onnx"
    if not path.is_file():
        _write(path, build().SerializeToString())
    return path


def _write(path: Path, content: bytes) -> None:
    """Atomic: another process sees the whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(content)
            file.flush()
            temporary.replace(path)
        except BaseException:
            temporary.unlink()
            raise
