"""Every log line says which server it belongs to."""

import logging

from django.db import connection


class ServerFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.server = connection.schema_name
        return True
