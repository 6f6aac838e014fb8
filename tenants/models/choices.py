"""What an owner chooses from for a server."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tier(models.TextChoices):
    FREE = "free", _("Free")
    BASIC = "basic", _("Basic")
    PREMIUM = "premium", _("Premium")


class CodePage(models.TextChoices):
    """What bytes the players' clients understand."""

    CP1252 = "cp1252", _("Western (cp1252: English, Portuguese, Spanish, Indonesian)")
    CP874 = "cp874", _("Thai (cp874)")
    CP949 = "cp949", _("Korean (cp949)")
    CP932 = "cp932", _("Japanese (cp932)")
    CP1251 = "cp1251", _("Cyrillic (cp1251)")
    GB18030 = "gb18030", _("Simplified Chinese (gb18030)")
    BIG5 = "big5", _("Traditional Chinese (big5)")
    UTF8 = "utf-8", _("UTF-8")


class RathenaMode(models.TextChoices):
    """Which of rAthena's two rule sets the map-server is compiled for."""

    RENEWAL = "renewal", _("Renewal")
    PRE_RENEWAL = "pre_renewal", _("Pre-renewal")


class Moderation(models.TextChoices):
    """What becomes of swear words, a player's or an NPC's. Severe things stop a talk always."""

    BLOCK = "block", _("Block: the NPC turns such a line away")
    SOFTEN = "soften", _("Soften: swear words become ***")
    LOG = "log", _("Log: nothing is changed, the turn is flagged")


class AINotice(models.TextChoices):
    """How a player is told, once, that NPCs are AI."""

    REPLY = "reply", _("As the first box of the first answer")
    FIELD = "field", _("To the map-server, which shows it")
    OFF = "off", _("Not at all: the server's own pages say it")


class ClientLinks(models.TextChoices):
    """What a click in a dialogue box the players' clients understand. A client that does not would
    show the tags."""

    OFF = "off", _("None: names are plain words")
    ITEMLINK = "itemlink", _("Clients from October 2011 (ITEMLINK)")
    ITEM = "item", _("Clients from November 2015 (ITEM)")
