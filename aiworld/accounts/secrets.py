"""Second factors lie encrypted in the database: whoever reads a backup cannot sign in with them."""

from __future__ import annotations

import base64
import hashlib
import logging
import secrets

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

log = logging.getLogger(__name__)
PURPOSE = b"aiworld second factors"


class SecretsAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """After SECRET_KEY was replaced without keeping the old one in SECRET_KEY_FALLBACKS, a
        secret that no code fits: the operator removes the factor, the account sets up a new one."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            log.warning("a second factor was encrypted with a SECRET_KEY that is gone")
            return base64.b32encode(secrets.token_bytes(20)).decode()


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    # SECRET_KEY is long and random (aiworld/checks.py), so one keyed hash makes a key of it.
    digest = hashlib.blake2b(PURPOSE, key=hashlib.sha256(key.encode()).digest(), digest_size=32)
    return base64.urlsafe_b64encode(digest.digest())
