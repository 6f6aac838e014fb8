"""The sample town and the example characters: somebody to talk to before there is a map-server."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext_noop

from aiworld.settings.env import BASE_DIR
from npcs import examples
from npcs.importing import import_characters
from npcs.models import NpcPersonality
from npcs.scripts.tree import read_scripts
from tenants import audit, server_jobs
from tenants.context import in_tenant
from tenants.models import Job, Server

TASK = "portal.tasks.add_sample_town"
TOWN = BASE_DIR / "samples" / "npc"
GUIDE = "prontera/Old Corwin#town"
"""Key of the character to talk to first."""
READING, WRITING = gettext_noop("reading the scripts"), gettext_noop("creating the characters")
IMPORT_STEPS = (READING, WRITING)


def ask_for_town(server: Server, *, by: User, address: str | None = None) -> Job:
    """Raises Conflict while another import runs."""
    job = server_jobs.start(Job.Kind.IMPORT, task=TASK, by=by, server=server)
    audit.note(server, actor=by, action="npcs.sample_added", address=address)
    return job


def add_town(work: server_jobs.Work) -> dict[str, Any]:
    """All or nothing; a second time changes nothing."""
    server = work.job.server
    assert server is not None
    work.tell(READING, done=0, total=0)
    characters = read_scripts([TOWN]).characters
    with in_tenant(server):
        work.tell(WRITING, done=0, total=len(characters))
        made = import_characters(
            characters, progress=lambda done: work.tell(WRITING, done=done, total=len(characters))
        )
        examples.add_missing()
    return {"created": made.created, "facts": made.facts}


def guide_of(server: Server) -> NpcPersonality | None:
    """Whom to talk to first: the sample town's guide, else whoever is there."""
    with in_tenant(server):
        rows = NpcPersonality.objects.order_by("name", "pk")
        return rows.filter(key=GUIDE).first() or rows.first()
