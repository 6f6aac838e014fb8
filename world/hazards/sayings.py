"""What hazards are called and what is told of them."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop, override

from tenants.context import tenant
from world.happenings.making import LANGUAGES

TITLES = {
    "flood": gettext_noop("Flood in %(map)s"),
    "landslide": gettext_noop("Landslide in %(map)s"),
    "lightning": gettext_noop("Lightning over %(map)s"),
    "wildfire": gettext_noop("Wildfire in %(map)s"),
    "heat": gettext_noop("Scorching heat in %(map)s"),
    "blizzard": gettext_noop("Blizzard in %(map)s"),
    "avalanche": gettext_noop("Avalanche in %(map)s"),
    "dust": gettext_noop("Choking dust in %(map)s"),
    "blinding_fog": gettext_noop("Blinding fog in %(map)s"),
    "cave_in": gettext_noop("Falling rock in %(map)s"),
    "miasma": gettext_noop("Miasma in %(map)s"),
}
TALES = {
    "flood": gettext_noop("After all that rain the low ground is under water. Keep to the high."),
    "landslide": gettext_noop("The soaked slopes give way. Listen for stones, and go round."),
    "lightning": gettext_noop("The storm strikes where it likes. Do not stand in the open."),
    "wildfire": gettext_noop("It has not rained for long, and the dry land burns."),
    "heat": gettext_noop("No cloud for days, and the ground glows. Walk in the shade."),
    "blizzard": gettext_noop("Snow drives over the drifts, and nobody sees the way."),
    "avalanche": gettext_noop("The deep snow has begun to move. Tread lightly, or not at all."),
    "dust": gettext_noop("Sand is in the air, and breath is short. Cover your mouth."),
    "blinding_fog": gettext_noop("One does not see one's own hand. Walk slowly."),
    "cave_in": gettext_noop("Water seeps through the roof, and rock comes down with it."),
    "miasma": gettext_noop("What died there does not rest, and its breath makes one sick."),
}


def words(kind: str, map_name: str) -> tuple[str, str]:
    """Title and tale in the server's language. `kind` is one of risks.KINDS."""
    language = tenant().language
    with override(LANGUAGES.get(language, language)):
        return gettext(TITLES[kind]) % {"map": map_name}, gettext(TALES[kind])
