"""The language model that an owner brought: chosen in the portal, asked instead of the platform's.

Its key is sealed, never shown again and never sent to another host than the one it was entered for.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from aiworld import egress, sealing
from aiworld.errors import Invalid, NotFound, Unavailable
from tenants import audit
from tenants.context import in_schema, run_in_public
from tenants.models import Server, ServerLLM
from tenants.models.llm import TASKS

CACHE_SECONDS = 5.0
"""How long a process may go on asking a model that was changed elsewhere."""
CACHE_SIZE = 10_000
MAX_KEY, MAX_MODEL = 500, 100


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What it may cost its owner a month, and what its provider charges for a million tokens where
    the owner said so; in LLM_PRICE_CURRENCY."""

    cap: Decimal
    input: Decimal | None = None
    output: Decimal | None = None


@dataclass(frozen=True)
class OwnLLM:
    base_url: str
    model: str
    api_key: str = field(repr=False)
    terms: Terms
    models: Mapping[str, str] = field(default_factory=dict)
    """By task (TASKS), where another one of the same provider is asked."""


_entries: dict[int, tuple[float, OwnLLM | None]] = {}


async def chosen(server: Server) -> OwnLLM | None:
    """What is asked for this server; None: the platform's. Raises Unavailable if its key cannot be
    opened: then nothing else is asked, for the owner chose whom to tell what players say."""
    until, found = _entries.get(server.pk, (0.0, None))
    if time.monotonic() < until:
        return found
    found = await run_in_public(_enabled, server.pk)
    if len(_entries) >= CACHE_SIZE:
        _entries.clear()
    _entries[server.pk] = time.monotonic() + CACHE_SECONDS, found
    return found


def stored(server: Server) -> ServerLLM | None:
    with in_schema():
        return ServerLLM.objects.filter(server=server).first()


def opened(row: ServerLLM) -> OwnLLM:
    """Raises Unavailable if the key cannot be opened."""
    key = sealing.opened(row.sealed_key) if row.sealed_key else ""
    return OwnLLM(row.base_url, row.model, key, terms(row), row.task_models)


def terms(row: ServerLLM) -> Terms:
    return Terms(cap=row.monthly_cap, input=row.price_input, output=row.price_output)


def choose(
    server: Server,
    *,
    base_url: str,
    model: str,
    api_key: str,
    enabled: bool,
    by: User,
    terms: Terms | None = None,
    models: Mapping[str, str] | None = None,
    address: str | None = None,
) -> ServerLLM:
    """An empty `api_key` keeps the one there is, as long as the address stays on the same host;
    no `terms` keep what it may cost, no `models` (by task) those there are.

    Raises Invalid with the field's name."""
    target = egress.target(base_url, private_hosts=settings.LLM_ALLOWED_PRIVATE_HOSTS)
    model, api_key = _typed(model, "model", MAX_MODEL), _typed(api_key, "api_key", MAX_KEY)
    if not model:
        raise Invalid(_("Say which model is to be asked."), field="model")
    chosen = {} if models is None else {"task_models": _by_task(models)}
    with in_schema(), transaction.atomic():
        before = ServerLLM.objects.select_for_update().filter(server=server).first()
        sealed = sealing.seal(api_key) if api_key else _kept(before, target)
        fields = {"base_url": target.url, "model": model, "enabled": enabled}
        money = _money(terms)
        row, _created = ServerLLM.objects.update_or_create(
            server=server, defaults={**fields, **money, **chosen, "sealed_key": sealed}
        )
        details = {**fields, "key": "new" if api_key else "kept" if sealed else "none"}
        details |= {name: None if each is None else str(each) for name, each in money.items()}
        details |= {f"model_{task}": row.task_models.get(task) for task in TASKS}
        audit.note(
            server, actor=by, action="llm.chosen", target=model, details=details, address=address
        )
    forget_all()
    return row


def remove(server: Server, *, by: User, address: str | None = None) -> None:
    """The key goes with it. Raises NotFound if there is none."""
    with in_schema(), transaction.atomic():
        row = ServerLLM.objects.filter(server=server).first()
        if row is None:
            raise NotFound(_("There is no language model to remove."))
        row.delete()
        audit.note(server, actor=by, action="llm.removed", target=row.model, address=address)
    forget_all()


def reseal() -> tuple[int, int]:
    """Seal every key with the newest secret: how many were, how many could not be opened."""
    done = lost = 0
    with in_schema():
        for pk in ServerLLM.objects.exclude(sealed_key="").values_list("pk", flat=True):
            with transaction.atomic():
                row = ServerLLM.objects.select_for_update().get(pk=pk)
                try:
                    row.sealed_key = sealing.resealed(row.sealed_key)
                except Unavailable:
                    lost += 1
                    continue
                row.save(update_fields=["sealed_key"])
                done += 1
    return done, lost


def forget_all() -> None:
    """Drop what this process remembers."""
    _entries.clear()


def _enabled(pk: int) -> OwnLLM | None:
    row = ServerLLM.objects.filter(pk=pk, enabled=True).first()
    return opened(row) if row else None


def _kept(before: ServerLLM | None, target: egress.Target) -> str:
    """Whoever may change the address may not learn the key by sending it to a host of theirs."""
    if before is None or not before.sealed_key:
        return ""
    # Both are as egress.Target writes them: default ports left out, host in lower case.
    if urlsplit(before.base_url)[:2] != urlsplit(target.url)[:2]:
        raise Invalid(
            _("This is another host than before: enter the key for it, or remove the model first."),
            field="api_key",
        )
    return before.sealed_key


def _money(terms: Terms | None) -> dict[str, Decimal | None]:
    if terms is None:
        return {}
    return {
        "monthly_cap": terms.cap,
        "price_input": terms.input,
        "price_output": terms.output,
    }


def _by_task(models: Mapping[str, str]) -> dict[str, str]:
    """Those that were named. Raises Invalid."""
    if unknown := models.keys() - set(TASKS):
        raise Invalid(_("No model is asked for this: %(task)s") % {"task": min(unknown)})
    typed = {task: _typed(name, f"model_{task}", MAX_MODEL) for task, name in models.items()}
    return {task: name for task, name in typed.items() if name}


def _typed(text: str, name: str, longest: int) -> str:
    text = text.strip()
    if len(text) > longest:
        raise Invalid(_("At most %(number)d characters.") % {"number": longest}, field=name)
    if not text.isprintable() or (name == "api_key" and not (text.isascii() and " " not in text)):
        raise Invalid(_("There is a character in it that cannot be right."), field=name)
    return text
