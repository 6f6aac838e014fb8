"""The Celery application: `celery -A aiworld worker`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aiworld.settings")

app = Celery("aiworld")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
