"""What the product is made of: every pinned package with its licence and checksums, as a CycloneDX
1.6 bill of materials (https://cyclonedx.org/docs/1.6/json/)."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from email.message import Message
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

from aiworld import __version__
from aiworld.settings.env import BASE_DIR

PINS = BASE_DIR / "requirements" / "base.txt"
PIN = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^]]*\])?==(\S+)(?: ; (.*?))? \\$", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
UNKNOWN = "unknown"
MOST = 60
"""Characters of a licence's name; some packages put the whole text there."""


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    licence: str
    """As the package says; `unknown` if it says nothing, or is not installed on this system."""
    hashes: tuple[str, ...]

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name.lower().replace('_', '-')}@{self.version}"


def packages(pins: Path = PINS) -> list[Package]:
    text = pins.read_text()
    found = list(PIN.finditer(text))
    ends = [*(each.start() for each in found[1:]), len(text)]
    return [
        Package(each[1], each[2], licence(each[1]), tuple(HASH.findall(text, each.end(), end)))
        for each, end in zip(found, ends, strict=True)
    ]


def licence(name: str) -> str:
    try:
        told: Message = metadata(name)  # type: ignore[assignment]
    except PackageNotFoundError:
        return UNKNOWN
    if expression := told.get("License-Expression"):
        return expression
    classifiers = [each for each in told.get_all("Classifier") or [] if each.startswith("License")]
    words = [each.rpartition("::")[2].strip() for each in classifiers]
    words = [each for each in words if each != "OSI Approved"]
    short = (told.get("License") or "").strip().partition("\n")[0]
    return " AND ".join(words) or (short if len(short) <= MOST else "") or UNKNOWN


def bill(found: list[Package]) -> dict[str, Any]:
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid4()}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "aiworld",
                "name": "aiworld",
                "version": __version__,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": [_component(each) for each in found],
        "dependencies": [{"ref": "aiworld", "dependsOn": [each.purl for each in found]}],
    }


def _component(package: Package) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "purl": package.purl,
        "licenses": [{"license": {"name": package.licence}}],
        # Checksums of the files that may be installed: one for each system.
        "externalReferences": [
            {
                "type": "distribution",
                "url": f"https://pypi.org/project/{package.name}/{package.version}/",
                "hashes": [{"alg": "SHA-256", "content": each} for each in package.hashes],
            }
        ],
    }
