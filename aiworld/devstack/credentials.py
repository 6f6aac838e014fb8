import secrets
from pathlib import Path

from aiworld.devstack import dotenv

GENERATED = ("SECRET_KEY", "API_KEY_SALT", "AIWORLD_DEMO_PASSWORD")


def kept(path: Path) -> dict[str, str]:
    """Reads the generated secrets, making those that are not there yet."""
    known = dotenv.read(path)
    missing = [name for name in GENERATED if not known.get(name)]
    if missing:
        known |= {name: _secret(name) for name in missing}
        dotenv.write(path, known)
    return known


def _secret(name: str) -> str:
    # A person types the password; the others are never typed.
    return secrets.token_urlsafe(12 if name.endswith("PASSWORD") else 48)
