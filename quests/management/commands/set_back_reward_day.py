"""Set a server's reward ledger back to today."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from aiworld.errors import Refused
from quests import clock
from tenants import audit
from tenants.context import in_schema, in_tenant
from tenants.models import Server


class Command(BaseCommand):
    help = (
        "Set a reward ledger's day back to today, after the machine's clock was ahead. A day on "
        "which rewards were granted stays closed: they wait for the next one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--server", required=True, help="server id, or its name")
        parser.add_argument("--reason", required=True, help="for the server's audit log")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with in_schema():
                server = Server.objects.named(options["server"])
        except Server.DoesNotExist as error:
            raise CommandError(f"no server is called {options['server']!r}") from error
        with in_tenant(server), transaction.atomic():
            try:
                ahead, today = clock.set_back(timezone.now())
            except Refused as error:
                raise CommandError(error.message) from error
            closed = clock.is_closed(today)
            audit.note(
                server,
                actor=None,
                action="server.changed",
                target="day of the reward ledger",
                details={
                    "from": str(ahead),
                    "to": str(today.day),
                    "closed": closed,
                    "reason": options["reason"][:200],
                },
            )
        said = "granted again from tomorrow on (UTC)" if closed else "granted again from now on"
        self.stdout.write(f"{ahead} -> {today.day}; rewards are {said}")
