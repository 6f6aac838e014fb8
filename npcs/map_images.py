"""Pictures of maps, if the operator has put some in MAP_IMAGES_DIR.

`prontera.png` has one pixel for every cell; `prontera@312x392.png` is any size and names the map's
cells. Nothing else in the folder is ever opened."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from PIL import Image

NAME = re.compile(r"[a-z0-9_-]{1,24}")
MOST_BYTES = 8_000_000
"""A larger file is no picture for a form, and left alone."""
SIZED = re.compile(r"@(\d{1,4})x(\d{1,4})\.png")


@dataclass(frozen=True, kw_only=True)
class MapImage:
    path: Path
    width: int
    height: int
    """In cells."""


def find(map_name: str) -> MapImage | None:
    if not settings.MAP_IMAGES_DIR or not NAME.fullmatch(map_name):
        return None
    folder = Path(settings.MAP_IMAGES_DIR)
    plain = folder / f"{map_name}.png"
    if _is_small(plain):
        return _opened(plain)
    for path in sorted(folder.glob(f"{map_name}@*.png")):
        size = SIZED.fullmatch(path.name.removeprefix(map_name))
        if size and int(size[1]) and int(size[2]) and _is_small(path):
            return MapImage(path=path, width=int(size[1]), height=int(size[2]))
    return None


def _is_small(path: Path) -> bool:
    return path.is_file() and path.stat().st_size <= MOST_BYTES


def _opened(path: Path) -> MapImage | None:
    """The header only is read."""
    try:
        with Image.open(path, formats=["PNG"]) as image:
            return MapImage(path=path, width=image.width, height=image.height)
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
