"""The operator's pages. Imported by the URLconfs only."""

from tenants.admin import access, history, outbox, people, servers

__all__ = ["access", "history", "outbox", "people", "servers"]
