"""The frames between the inference process and its clients: four bytes of length, big-endian, then
a msgpack map. docs/reference/inference.md lists the maps."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Mapping
from typing import Any

import msgpack

from aiworld import errors
from inference.batching import Interrupted, Overloaded

MAX_FRAME = 16 * 2**20
_LENGTH = struct.Struct(">I")

_ERRORS: Mapping[str, type[errors.AIWorldError]] = {
    kind.__name__: kind
    for kind in (
        errors.Invalid,
        errors.NotFound,
        errors.Unavailable,
        errors.DeadlineExceeded,
        Overloaded,
        Interrupted,
    )
}


class BadFrame(Exception):
    """What came is no frame; the connection cannot be used any more."""


def encode(message: Mapping[str, Any]) -> bytes:
    body = msgpack.packb(message)
    if len(body) > MAX_FRAME:
        raise errors.Invalid(f"the request is larger than {MAX_FRAME} bytes")
    return _LENGTH.pack(len(body)) + bytes(body)


async def read(reader: asyncio.StreamReader, *, longest: int = MAX_FRAME) -> dict[str, Any]:
    """The next frame, of at most so many bytes. Raises BadFrame; EOFError when the other side has
    closed."""
    try:
        (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
        if length > longest:
            raise BadFrame(f"a frame of {length} bytes is too large")
        return decode(await reader.readexactly(length))
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise BadFrame("the connection ended inside a frame") from error
        raise EOFError from error


def decode(body: bytes) -> dict[str, Any]:
    try:
        message = msgpack.unpackb(body)
    except (ValueError, msgpack.UnpackException) as error:
        raise BadFrame("a frame is not msgpack") from error
    if not isinstance(message, dict) or not all(isinstance(key, str) for key in message):
        raise BadFrame("a frame is not a map")
    return message


def error_to_map(error: errors.AIWorldError) -> dict[str, Any]:
    """The nearest class of the error that the other side knows."""
    known = (kind.__name__ for kind in type(error).__mro__ if kind.__name__ in _ERRORS)
    kind = next(known, "Unavailable")
    return {"kind": kind, "message": error.message, "retry_after": error.retry_after}


def error_from_map(error: Mapping[str, Any]) -> errors.AIWorldError:
    kind = _ERRORS.get(str(error.get("kind")), errors.Unavailable)
    return kind(str(error.get("message")), retry_after=error.get("retry_after"))
