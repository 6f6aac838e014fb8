"""A request that is repeated changes the world once and gets the same answer twice (Stripe's rules:
same key and same request, the stored answer; same key and another request, a conflict; nothing is
stored of a request that failed).

What is stored is encrypted with the caller's own Idempotency-Key, of which only a digest is kept:
whoever reads the table can read no answer. An answer with a secret in it is kept for ten minutes,
which is what a retry after a broken connection needs."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from aiworld.errors import Conflict, Invalid
from tenants.context import in_schema
from tenants.models import IdempotentRequest

KEPT = timedelta(hours=24)
SECRETS_KEPT = timedelta(minutes=10)
FORM = re.compile(r"[!-~]{16,200}")
FORGOTTEN_AT_ONCE = 100
OTHER = "this Idempotency-Key was used for another request; take a new one"
GONE = (
    "this request was answered before, and its answer held a secret that is no longer kept; what "
    "it made is there: take a new Idempotency-Key only if you want another"
)


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    repeated: bool = False


def once(
    key: str, *, scope: str, request: bytes, secret: bool, answer: Callable[[], Answer]
) -> Answer:
    """`answer()`, or what it said the first time. `request` is all that makes it another request.

    Raises Invalid for a key of the wrong form, Conflict if the key was used for something else or
    its secret is gone. A repeat that comes while the first still runs waits for it."""
    if not FORM.fullmatch(key):
        raise Invalid("an Idempotency-Key has 16-200 ASCII characters and no blanks, e.g. a UUID")
    with transaction.atomic():
        row, fresh = _claimed(key, scope, request, SECRETS_KEPT if secret else KEPT)
        if not fresh:
            return _stored(row, key, request)
        made = answer()
        with in_schema():
            row.status, row.answer = made.status, _cipher(key).encrypt(_json(made.body))
            row.save(update_fields=["status", "answer"])
    return made


def _claimed(
    key: str, scope: str, request: bytes, kept: timedelta
) -> tuple[IdempotentRequest, bool]:
    now = timezone.now()
    with in_schema():
        forget(now)
        return IdempotentRequest.objects.get_or_create(
            scope=scope,
            key_digest=hashlib.sha256(key.encode()).digest(),
            defaults={
                "request_digest": hashlib.sha256(request).digest(),
                "answer_until": now + kept,
                "created_at": now,
            },
        )


def _stored(row: IdempotentRequest, key: str, request: bytes) -> Answer:
    if not hmac.compare_digest(bytes(row.request_digest), hashlib.sha256(request).digest()):
        raise Conflict(OTHER)
    if row.answer_until <= timezone.now():
        raise Conflict(GONE)
    body = json.loads(_cipher(key).decrypt(bytes(row.answer)))
    return Answer(row.status, body, repeated=True)


def forget(now: datetime) -> None:
    """Rows after a day, secrets after ten minutes; a few at a time, none that another holds."""
    rows = IdempotentRequest.objects.all()
    rows.filter(pk__in=_some(rows.filter(created_at__lt=now - KEPT))).delete()
    stale = rows.filter(answer_until__lt=now).exclude(answer=b"")
    rows.filter(pk__in=_some(stale)).update(answer=b"")


def _some(rows: QuerySet[IdempotentRequest]) -> list[int]:
    free = rows.select_for_update(skip_locked=True).values_list("pk", flat=True)
    return list(free[:FORGOTTEN_AT_ONCE])


def _cipher(key: str) -> Fernet:
    made = hmac.digest(settings.SECRET_KEY.encode(), b"idempotency:" + key.encode(), "sha256")
    return Fernet(base64.urlsafe_b64encode(made))


def _json(body: Any) -> bytes:
    return json.dumps(body, cls=DjangoJSONEncoder).encode()
