"""Published weights onto this machine: from a hub, a mirror of one, or a folder that another
machine filled. Only at the commit that the catalogue pins, only safetensors and plain text, and
only with the checksums that the source told before; a manifest then says what has to be there."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import httpx2
from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError

from aiworld.errors import Invalid, Unavailable
from inference.adapters.weights import MANIFEST, WeightsDiffer, manifest
from inference.cards import checksum
from inference.spec import Hub, ModelSpec

WANTED = (
    "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json",
    "special_tokens_map.json", "vocab.txt", "vocab.json", "merges.txt", "README.md",
)  # fmt: skip
"""No pickles, which run code when they are read, and no code."""
NEEDED = ("config.json", "model.safetensors")
CHUNK, TIMEOUT = 2**16, 30.0
"""Bytes that are written at once; seconds in which something has to come."""
Progress = Callable[[str, int, int], None]
"""Hears of each piece: the file's name, how much of it is there, its size."""
SPARE = 100 * 2**20
"""Bytes that stay free on the disk."""


class _File(NamedTuple):
    size: int
    sha256: str
    """Empty for a small file, of which the hub knows the other one."""
    blob: str
    """Git's name of it."""


def download(
    spec: ModelSpec, models_path: Path, source: str, progress: Progress = lambda *told: None
) -> Path:
    """The model's folder below `models_path`, whole or not at all; a second attempt goes on where
    the first broke off. `source` is the address of a hub, or a folder as this one leaves it, with
    a folder per model.

    Raises Invalid for a model that is not published anywhere, Unavailable for what cannot be had
    or is not what it should be, OSError (no space left)."""
    if spec.hub is None:
        raise Invalid(f"{spec.key} is published nowhere")
    folder = models_path / "hub" / spec.key
    if _there(folder, spec.hub):
        return folder
    part = folder.with_name(f"{spec.key}.part")
    part.mkdir(parents=True, exist_ok=True)
    if source.startswith(("http://", "https://")):
        _fetch(spec.hub, part, source.rstrip("/"), progress)
    else:
        _copy(spec.hub, part, Path(source) / spec.key)
    shutil.rmtree(folder, ignore_errors=True)
    return part.rename(folder)


def _there(folder: Path, hub: Hub) -> bool:
    try:
        revision, files = manifest(folder)
        return revision == hub.revision and all(
            checksum(folder / name) == digest for name, digest in files
        )
    except (OSError, WeightsDiffer):
        return False


def _fetch(hub: Hub, part: Path, endpoint: str, progress: Progress) -> None:
    try:
        told = _told(hub, endpoint)
        _make_room(part, sum(file.size for file in told.values()))
        for name, file in sorted(told.items()):
            if not _is(part / name, file):
                url = f"{endpoint}/{hub.repository}/resolve/{hub.revision}/{name}"
                _get(url, part / name, file.size, progress)
    except (HfHubHTTPError, httpx2.HTTPError) as error:
        raise Unavailable(f"{hub.repository} cannot be had from {endpoint}: {error}") from error
    for name, file in told.items():
        if not _is(part / name, file):
            (part / name).unlink(missing_ok=True)
            raise Unavailable(f"{name} of {hub.repository} came with another checksum")
    _sign(part, hub, {name: checksum(part / name) for name in told})


def _get(url: str, path: Path, size: int, progress: Progress) -> None:
    """Goes on where the file ends. The client library begins large files anew each time it is
    started, so this does without it. No token is sent: an account of this machine is nobody's
    business there."""
    have = path.stat().st_size if path.exists() else 0
    if have >= size:
        path.unlink(missing_ok=True)
        have = 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    with httpx2.stream(
        "GET", url, headers=headers, follow_redirects=True, timeout=TIMEOUT
    ) as answer:
        answer.raise_for_status()
        goes_on = answer.status_code == httpx2.codes.PARTIAL_CONTENT
        with path.open("ab" if goes_on else "wb") as file:
            for piece in answer.iter_bytes(chunk_size=CHUNK):
                file.write(piece)
                progress(path.name, file.tell(), size)


def _told(hub: Hub, endpoint: str) -> Mapping[str, _File]:
    """What the hub says that is in the pinned commit."""
    api = HfApi(endpoint=endpoint, token=False)
    info = api.model_info(hub.repository, revision=hub.revision, files_metadata=True)
    if info.sha != hub.revision:
        raise Unavailable(f"{endpoint} has another commit of {hub.repository} than the pinned one")
    files = {
        each.rfilename: _File(
            each.size or 0, each.lfs.sha256 if each.lfs else "", each.blob_id or ""
        )
        for each in info.siblings or []
        if each.rfilename in WANTED
    }
    if missing := [name for name in NEEDED if name not in files]:
        raise Unavailable(
            f"{hub.repository} has no {' and no '.join(missing)} at its pinned commit, and other "
            "formats are not loaded"
        )
    return files


def _is(path: Path, file: _File) -> bool:
    if not path.is_file():
        return False
    if file.sha256:
        return checksum(path) == file.sha256
    content = path.read_bytes()
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False)
    return blob.hexdigest() == file.blob


def _copy(hub: Hub, part: Path, source: Path) -> None:
    try:
        revision, files = manifest(source)
        if revision != hub.revision:
            raise Unavailable(f"{source} holds commit {revision}, not the pinned {hub.revision}")
        _make_room(part, sum((source / name).stat().st_size for name, _ in files))
        for name, digest in files:
            if name not in WANTED or checksum(source / name) != digest:
                raise Unavailable(f"{source / name} is not what its manifest says")
            shutil.copyfile(source / name, part / name)
    except (FileNotFoundError, WeightsDiffer) as error:
        raise Unavailable(f"{source} is no folder of a downloaded model: {error}") from error
    _sign(part, hub, dict(files))


def _sign(part: Path, hub: Hub, sha256: Mapping[str, str]) -> None:
    told = {"repository": hub.repository, "revision": hub.revision, "sha256": sha256}
    (part / MANIFEST).write_text(json.dumps(told, indent=1, sort_keys=True), encoding="utf-8")


def _make_room(part: Path, size: int) -> None:
    free = shutil.disk_usage(part).free
    if size + SPARE > free:
        raise Unavailable(
            f"there is no space left for {size >> 20} MiB in {part}: {free >> 20} are free"
        )
