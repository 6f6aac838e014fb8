"""Which language model answers on this server: the one its owner brought, or the platform's."""

from __future__ import annotations

from aiworld.breaker import NotAsked
from aiworld.errors import Unavailable
from inference import client
from inference.client import Own
from tenants import llm
from tenants.context import tenant
from tenants.llm import OwnLLM, Terms
from tenants.models import Server


async def own() -> Own | None:
    """None: the platform's. Raises NotAsked if the owner's cannot be asked; then no other is."""
    return (await brought())[0]


async def brought() -> tuple[Own, Terms] | tuple[None, None]:
    """`own`, and what it may cost."""
    try:
        server = tenant()
        found = await llm.chosen(server)
    except LookupError:  # outside of a server there is no owner
        return None, None
    except Unavailable as error:
        raise NotAsked(error.message) from error
    if found is None:
        return None, None
    return own_of(server, found), found.terms


def own_of(server: Server, found: OwnLLM) -> Own:
    """As the models' client knows it."""
    return Own(
        owner=server.server_id,
        base_url=found.base_url,
        model=found.model,
        api_key=found.api_key,
        models=found.models,
    )


def name() -> tuple[str, str]:
    """Host and model of what answers here, for people to read."""
    row = llm.stored(tenant())
    if row is None or not row.enabled:
        return client.llm_name()
    return client.llm_name(Own(owner="", base_url=row.base_url, model=row.model, api_key=""))
