"""Signatures of the ledger, with a key that each server has of its own and nobody stores: it is
derived from SECRET_KEY. An entry that was signed under a SECRET_KEY_FALLBACKS is valid."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from tenants.context import tenant

ENTRY, ACCOUNT = "quests.ledger", "quests.account"


def signature(content: Mapping[str, object]) -> str:
    return _hmac(ENTRY, _canonical(content), settings.SECRET_KEY)


def valid(content: Mapping[str, object], signed: str) -> bool:
    told = _canonical(content)
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(constant_time_compare(_hmac(ENTRY, told, key), signed) for key in keys)


def salt() -> str:
    return secrets.token_hex(16)


def digest(salted: str, *names: object) -> str:
    """Of a character or whatever else: leads to nobody once the salt is forgotten."""
    return hashlib.sha256(" ".join([salted, *map(str, names)]).encode()).hexdigest()


def account(account_id: int) -> str:
    return _hmac(ACCOUNT, f"account {account_id}", settings.SECRET_KEY) if account_id else ""


def _hmac(purpose: str, text: str, key: str) -> str:
    value = f"{tenant().schema_name} {text}"
    return salted_hmac(purpose, value, secret=key, algorithm="sha256").hexdigest()


def _canonical(content: Mapping[str, object]) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
