"""`python -m grpc_api.protos.compile`: generate grpc_api/pb/ from the protos.
With `--check`: fail if what is committed is not what they generate."""

from __future__ import annotations

import re
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from grpc_tools import protoc

PROTOS = Path(__file__).resolve().parent
OUTPUT = PROTOS.parent / "pb"
# The proto package is `aiworld.v1`, and so is what protoc imports; in Python that name is taken
# by the Django project.
OWN_IMPORT = re.compile(r"^(from|import) aiworld\.v1", re.MULTILINE)


def run_protoc(*options: str) -> None:
    """protoc over all protos. Exits if it refuses them."""
    protos = sorted(str(path.relative_to(PROTOS)) for path in PROTOS.rglob("*.proto"))
    include = str(files("grpc_tools") / "_proto")
    if protoc.main(["protoc", f"-I{PROTOS}", f"-I{include}", *options, *protos]):
        raise SystemExit("protoc failed")


def generate(folder: Path) -> None:
    run_protoc(*(f"--{kind}={folder}" for kind in ("python_out", "pyi_out", "grpc_python_out")))
    for path in generated(folder):
        path.write_text(OWN_IMPORT.sub(r"\1 grpc_api.pb.aiworld.v1", path.read_text()))
    for parent in (folder, folder / "aiworld", folder / "aiworld" / "v1"):
        (parent / "__init__.py").touch()


def generated(folder: Path) -> list[Path]:
    return sorted([*folder.rglob("*_pb2*.py"), *folder.rglob("*_pb2.pyi")])


def drift() -> list[str]:
    """Names of generated files that differ from the committed ones."""
    with tempfile.TemporaryDirectory() as name:
        fresh = Path(name)
        generate(fresh)
        new = {path.relative_to(fresh): path.read_text() for path in generated(fresh)}
    old = {path.relative_to(OUTPUT): path.read_text() for path in generated(OUTPUT)}
    return sorted(str(path) for path in new.keys() | old.keys() if new.get(path) != old.get(path))


def main(arguments: list[str]) -> None:
    if "--check" not in arguments:
        generate(OUTPUT)
    elif changed := drift():
        raise SystemExit(f"grpc_api/pb is not up to date: {', '.join(changed)}; run `make protos`")


if __name__ == "__main__":
    main(sys.argv[1:])
