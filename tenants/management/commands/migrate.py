"""`manage.py migrate`: see migrate_schemas."""

from tenants.management.commands.migrate_schemas import Command

__all__ = ["Command"]
