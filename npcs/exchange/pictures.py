"""Cards inside pictures (PNG text chunks `chara` and `ccv3`) and archives (`.charx`)."""

from __future__ import annotations

import base64
import binascii
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from PIL import Image, ImageDraw, PngImagePlugin

from aiworld.errors import Invalid
from npcs.exchange.cards import LONGEST

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHUNKS = ("ccv3", "chara")
"""Keywords of the text chunk, the better first."""
MAX_CHUNK = 4 * LONGEST
SIZE = (400, 600)
DAMAGED = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, OSError,
    EOFError, struct.error,
)  # fmt: skip
"""What `zipfile` raises of an archive that is none."""


def is_png(data: bytes) -> bool:
    return data.startswith(SIGNATURE)


def is_archive(data: bytes) -> bool:
    return data.startswith(b"PK\x03\x04")


def from_png(data: bytes) -> str:
    """The card's JSON. Pixels are not decoded: they are of no use, and may be a bomb. Raises
    Invalid."""
    texts = dict(_texts(data))
    for keyword in CHUNKS:
        if keyword in texts:
            return _decoded(texts[keyword])
    raise Invalid("there is no character card in this picture", field="file")


def _texts(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Keyword and content of each tEXt chunk (PNG 1.2, section 11.3.4.3)."""
    at = len(SIGNATURE)
    while at + 12 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        if len(body) < length or length > len(data):
            raise Invalid("the picture is cut off", field="file")
        if kind == b"tEXt" and length <= MAX_CHUNK:
            keyword, _, content = body.partition(b"\0")
            yield keyword.decode("latin-1").lower(), content
        at += 12 + length


def _decoded(content: bytes) -> str:
    try:
        return base64.b64decode(content, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise Invalid("the card in this picture is damaged", field="file") from None


def from_archive(data: bytes) -> str:
    """`card.json` of a .charx. Raises Invalid."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("card.json") as member:
            text = member.read(MAX_CHUNK + 1)
        if len(text) > MAX_CHUNK:
            raise Invalid("card.json in this archive is too large", field="file")
        return text.decode()
    except KeyError:
        raise Invalid("there is no card.json in this archive", field="file") from None
    except DAMAGED:
        raise Invalid("the archive is damaged", field="file") from None


def to_png(name: str, *, v2: str, v3: str) -> bytes:
    """A plain picture with the name, carrying both cards."""
    picture = Image.new("RGB", SIZE, "#0f172a")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, SIZE[0], 12), fill="#0284c7")
    draw.text((SIZE[0] / 2, SIZE[1] / 2), _latin(name), fill="#e2e8f0", anchor="mm", font_size=36)
    texts = PngImagePlugin.PngInfo()
    for keyword, card in (("chara", v2), ("ccv3", v3)):
        texts.add_text(keyword, base64.b64encode(card.encode()).decode())
    out = io.BytesIO()
    picture.save(out, "PNG", pnginfo=texts)
    return out.getvalue()


def _latin(name: str) -> str:
    """What Pillow's own font can draw."""
    return name.encode("latin-1", "replace").decode("latin-1")[:18]
