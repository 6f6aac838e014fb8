"""Logs."""

import os

from aiworld.settings.env import DATA_DIR, env

LOG_LEVEL = env("LOG_LEVEL", default="INFO")
LOG_FORMAT = env("LOG_FORMAT", default="line")
"""line: for people; json: one object a line."""

TRACES_ENDPOINT = env("TRACES_ENDPOINT", default="")
"""OTLP over HTTP, such as http://127.0.0.1:4318/v1/traces. Empty: no traces."""
TRACES_SHARE = env.float("TRACES_SHARE", default=1.0)
"""Of the traces that begin here, 0 to 1; what a caller traces is traced on."""
METRICS_DIR = env("METRICS_DIR", default=str(DATA_DIR / "run" / "metrics"))
"""Where the processes of this machine count together (aiworld/measures.py)."""
os.environ["PROMETHEUS_MULTIPROC_DIR"] = METRICS_DIR
METRICS = [
    "npcs.junk.metrics",
    "portal.fleet.metrics",
    "grpc_api.diagnosis.metrics",
    "tenants.backups.figures.metrics",
]
"""What else is told to Prometheus, by name: functions that cost next to nothing at each scrape."""
DIAGNOSES = [
    "tenants.diagnosis.services.find",
    "tenants.diagnosis.schema.find",
    "tenants.diagnosis.work.find",
    "grpc_api.diagnosis.find",
    "portal.diagnosis.find",
    "tenants.diagnosis.room.find",
    "tenants.backups.diagnosis.find",
    "tenants.diagnosis.configuration.find",
]
"""What `manage.py doctor` and /api/v1/health/detailed look into, by name."""
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s [%(server)s%(about)s] %(message)s"},
        "json": {"()": "aiworld.logs.JsonFormatter"},
    },
    "filters": {"server": {"()": "tenants.logs.ServerFilter"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["server"],
        },
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "httpx2": {"level": "WARNING"},
        "openai": {"level": "WARNING"},
        # At DEBUG it writes down all that a page knows: codes, links, keys that are shown once.
        "django.template": {"level": "INFO"},
        # The outbox is looked through every second: a line for each would bury the others.
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
    },
}
