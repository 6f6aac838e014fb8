"""Secrets of customers (their provider's key) are sealed before they are stored.

Fernet (AES-128-CBC and HMAC-SHA256), keys derived by HKDF-SHA256 from SECRETS_KEY, then SECRET_KEY
and SECRET_KEY_FALLBACKS. The first seals, all of them open: put a new one in front, seal anew
(`manage.py reseal`), take the old one away."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from aiworld.errors import Unavailable

PURPOSE = b"aiworld sealed secrets v1"


def seal(secret: str) -> str:
    return _box().encrypt(secret.encode()).decode("ascii")


def opened(sealed: str) -> str:
    """Raises Unavailable if none of the keys fits."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unavailable(
            "a stored secret cannot be opened: SECRETS_KEY has changed; enter the secret again"
        ) from None


def resealed(sealed: str) -> str:
    """The same secret under the first key. Raises Unavailable."""
    return seal(opened(sealed))


def _box() -> MultiFernet:
    secrets = [*settings.SECRETS_KEY, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(each)) for each in secrets if each])


def _derived(secret: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE)
    return base64.urlsafe_b64encode(derivation.derive(secret.encode()))
