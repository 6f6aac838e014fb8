"""Every log line says which server it belongs to."""

import logging

from tenants.current import current


class ServerFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.server = current.get().schema_name
        return True
