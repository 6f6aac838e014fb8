"""Seal customers' secrets with the newest SECRETS_KEY."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tenants import llm


class Command(BaseCommand):
    help = "Seal the keys of servers' own language models with the first of SECRETS_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        done, lost = llm.reseal()
        self.stdout.write(f"{done} sealed anew")
        if lost:
            raise CommandError(
                f"{lost} cannot be opened with any of SECRETS_KEY, SECRET_KEY and "
                "SECRET_KEY_FALLBACKS; their owners have to enter them again"
            )
