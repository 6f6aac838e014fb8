"""The operator's pages. Imported by the URLconfs only."""

from tenants.admin import access, history, logs, outbox, people, servers

__all__ = ["access", "history", "logs", "outbox", "people", "servers"]
