"""What the weather is called."""

from django.utils.translation import gettext_noop

SAYINGS = {
    "clear": gettext_noop("The sky is clear."),
    "cloudy": gettext_noop("Clouds cover the sky."),
    "fog": gettext_noop("Fog lies over the land."),
    "rain": gettext_noop("It rains."),
    "storm": gettext_noop("A storm rages."),
    "snow": gettext_noop("It snows."),
    "sandstorm": gettext_noop("A sandstorm darkens the sky."),
}
