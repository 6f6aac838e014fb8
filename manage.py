#!/usr/bin/env python
"""Django's command line, e.g. `.venv/bin/python manage.py talk --npc KEY --say "Hi"`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aiworld.settings")
    execute_from_command_line(sys.argv)
