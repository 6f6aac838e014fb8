"""Every log line says which server it belongs to, and which call."""

import logging

from aiworld.logs import about
from tenants.current import current


class ServerFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        now = about.get()
        record.server = current.get().schema_name
        record.call, record.request_id = now.call, now.request_id
        record.about = "".join(f" {word}" for word in (now.call, now.request_id) if word)
        return True
