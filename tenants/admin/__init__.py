"""The operator's pages. Imported by the URLconfs only."""

from tenants.admin import access, history, logs, outbox, people, servers, switches

__all__ = ["access", "history", "logs", "outbox", "people", "servers", "switches"]
