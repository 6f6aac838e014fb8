"""A certificate for localhost that nobody trusts who does not name it as an authority."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass


@dataclass
class Certificate:
    certificate: str
    key: str


def certificate(folder, name="localhost"):
    folder.mkdir(parents=True, exist_ok=True)
    key, made = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "1", "-keyout", key, "-out", made, "-subj", f"/CN={name}",
         "-addext", f"subjectAltName=DNS:{name}"],
        check=True, capture_output=True,
    )  # fmt: skip
    return Certificate(str(made), str(key))
