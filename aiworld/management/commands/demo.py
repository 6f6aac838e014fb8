"""`manage.py demo`: a game server to try things out on. Doing it again changes nothing."""

from __future__ import annotations

import os
import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.utils import timezone

from aiworld.accounts.adapter import vouch_for_mail
from aiworld.demo import facts_file, read_facts, write_facts
from aiworld.settings.env import BASE_DIR
from npcs import examples
from npcs.importing import import_characters
from npcs.models import NpcPersonality
from npcs.scripts.tree import read_scripts
from tenants import api_keys
from tenants.context import in_tenant
from tenants.models import Membership, Role, Server
from tenants.provisioning import provision

NAME = "demo"
USERNAME = "gm"
SAMPLE = BASE_DIR / "samples" / "npc"
NPC = "prontera/Old Corwin#town"


class Command(BaseCommand):
    help = "Make the demo game server: its schema, characters, a staff login, a key."

    def handle(self, *args: Any, **options: Any) -> None:
        server, key = demo_server()
        with in_tenant(server):
            import_characters(read_scripts([SAMPLE]).characters)
            examples.add_missing()
            npc = NpcPersonality.objects.get(key=NPC)
        password = staff_login(server)
        base = f"http://{settings.HOST}:{settings.PORT}"
        facts = {
            "grpc": f"{settings.GRPC_HOST}:{settings.GRPC_PORT}",
            "http": base,
            "server_id": server.server_id,
            "schema": server.schema_name,
            "api_key": key,
            "npc": npc.key,
            "admin_url": f"{base}{server.path}admin/",
            "live_url": f"{base}{server.path}live/",
            "username": USERNAME,
            "password": password,
        }
        write_facts(facts)
        # Not the facts themselves: what is printed ends up in logs, and a key is among them.
        self.stdout.write(f"{NAME} server {server.server_id} is there; the facts: {facts_file()}")


def demo_server() -> tuple[Server, str]:
    """The server and a key for it; the known key as long as it works."""
    server = Server.objects.filter(name=NAME).first()
    if server is None:
        made = provision(name=NAME, contact_email="demo@example.org")
        made.server.api_keys.update(name=NAME)
        return made.server, made.api_key
    known = read_facts().get("api_key", "")
    row = server.api_keys.usable().filter(digest=api_keys.digest(known)).first()
    if row is not None:
        return server, known
    # The file with the key is gone; what nobody can read is of no use to anybody.
    server.api_keys.filter(name=NAME, revoked_at=None).update(revoked_at=timezone.now())
    return server, api_keys.issue(server, name=NAME)


def staff_login(server: Server) -> str:
    """A staff member of this server alone; returns the password."""
    password = os.environ.get("AIWORLD_DEMO_PASSWORD") or read_facts().get("password")
    password = password or secrets.token_urlsafe(12)
    user, _ = get_user_model().objects.get_or_create(
        username=USERNAME, defaults={"email": "gm@example.org"}
    )
    if not user.check_password(password):
        user.set_password(password)
        user.save()
    vouch_for_mail(user)
    Membership.objects.get_or_create(user=user, server=server, defaults={"role": Role.OWNER})
    return password
