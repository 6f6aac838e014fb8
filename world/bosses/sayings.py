"""What bosses are called and what is told of them."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop, override

from tenants.context import tenant
from world.happenings.making import LANGUAGES

TITLE = gettext_noop("A mighty %(monster)s in %(map)s")
TALE = gettext_noop(
    "A %(monster)s came to %(map)s, and it is not like the others of its kind. Who goes there "
    "should not go alone."
)


def words(monster: str, map_name: str) -> tuple[str, str]:
    """Title and tale in the server's language."""
    language, slots = tenant().language, {"monster": monster, "map": map_name}
    with override(LANGUAGES.get(language, language)):
        return gettext(TITLE) % slots, gettext(TALE) % slots
