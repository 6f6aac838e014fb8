"""Reads safetensors into 32 bits, bfloat16 too, which numpy does not know."""

from __future__ import annotations

import json
import mmap
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.adapters.weights import WeightsDiffer

KINDS = {"F32": "<f4", "F16": "<f2", "BF16": "<u2"}


def read(path: Path) -> dict[str, NDArray[np.float32]]:
    """Raises WeightsDiffer for what is no such file, or holds other kinds of numbers."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        try:
            (length,) = struct.unpack("<Q", content[:8])
            told = json.loads(content[8 : 8 + length])
            return {
                name: _tensor(content, 8 + length, about)
                for name, about in told.items()
                if name != "__metadata__"
            }
        except (ValueError, KeyError, TypeError, struct.error) as error:
            raise WeightsDiffer(f"{path} cannot be read") from error


def _tensor(content: mmap.mmap, base: int, about: dict[str, Any]) -> NDArray[np.float32]:
    start, end = about["data_offsets"]
    raw: NDArray[Any] = np.frombuffer(content[base + start : base + end], KINDS[about["dtype"]])
    if about["dtype"] == "BF16":  # the upper half of 32 bits
        raw = (raw.astype(np.uint32) << 16).view(np.float32)
    made: NDArray[np.float32] = raw.astype(np.float32).reshape(about["shape"])
    return made
