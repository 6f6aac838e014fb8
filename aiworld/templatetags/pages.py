"""Addresses of the platform's pages, for templates that a server's pages use too: below
/s/<server>/ `{% url %}` knows that server's URLconf and its prefix only."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.urls import NoReverseMatch, get_script_prefix, reverse, set_script_prefix

register = template.Library()
SERVER = re.compile(r"/s/server-[0-9a-f]{16}/$")


@register.simple_tag
def platform_url(name: str, *args: Any) -> str:
    """Empty for a name that the platform does not have."""
    prefix = get_script_prefix()
    set_script_prefix(SERVER.sub("/", prefix))
    try:
        return reverse(name, urlconf="aiworld.urls", args=args)
    except NoReverseMatch:
        return ""
    finally:
        set_script_prefix(prefix)
