"""Addresses of the platform's pages, for templates that a server's pages use too: below
/s/<server>/ `{% url %}` knows that server's URLconf and its prefix only."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.urls import get_script_prefix, reverse, set_script_prefix

register = template.Library()
BROWSERS = {
    "Edg/": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS X", "CrOS", "Linux")
SERVER = re.compile(r"/s/server-[0-9a-f]{16}/$")


@register.simple_tag
def platform_url(name: str, *args: Any) -> str:
    prefix = get_script_prefix()
    set_script_prefix(SERVER.sub("/", prefix))
    try:
        return reverse(name, urlconf="aiworld.urls", args=args)
    finally:
        set_script_prefix(prefix)


@register.filter
def browser_name(user_agent: str) -> str:
    """A guess that people recognise, from what a browser says of itself; in no language."""
    browser = next((name for sign, name in BROWSERS.items() if sign in user_agent), "")
    system = next((name for name in SYSTEMS if name in user_agent), "")
    return " · ".join(filter(None, (browser, system))) or user_agent[:40] or "?"
