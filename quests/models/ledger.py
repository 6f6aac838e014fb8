"""The reward ledger: what was granted, how much of each day's room it took, and what the map-server
says it gave. Written by `quests.ledger` and `quests.handover` only."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RewardEntry(models.Model):
    """What was granted or taken back is signed and never changes; how far it got does.

    An erased player's entries stay, for the sums: without the character's id, the cause and the
    salt, which leaves `subject`, the signed digest of the three, a number that leads to nobody."""

    ANONYMOUS: ClassVar[dict[str, Any]] = {"char_id": None, "salt": "", "cause": ""}
    """What npcs.rights writes when it erases the player, instead of deleting the row."""

    class Kind(models.TextChoices):
        GRANT = "grant", _("Grant")
        REVERSAL = "reversal", _("Reversal")

    class Status(models.TextChoices):
        DUE = "due", _("Due")
        HANDED = "handed", _("Handed over")
        SETTLED = "settled", _("Settled")
        DIFFERS = "differs", _("Something else was given")
        VOID = "void", _("Void")

    kind = models.CharField(
        _("kind"), max_length=8, choices=Kind.choices, db_comment="grant or reversal."
    )
    quest_number = models.BigIntegerField(
        _("quest"), db_comment="Id of the quest; the entry outlives it, so no foreign key."
    )
    reverses = models.OneToOneField(
        "self",
        verbose_name=_("reverses"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reversal",
        db_comment="The grant it takes back.",
    )
    char_id = models.BigIntegerField(
        _("character id"), null=True, db_comment="Who gets it; null: the player was erased."
    )
    salt = models.CharField(_("salt"), max_length=32, db_comment="Of the digest; empty: erased.")
    subject = models.CharField(
        _("subject"), max_length=64, db_comment="SHA-256 of salt, character id and cause."
    )
    npc_key = models.CharField(_("NPC"), max_length=120, db_comment="Whose quest it was.")
    difficulty = models.PositiveSmallIntegerField(
        _("difficulty"), db_comment="1 trivial to 6 legendary."
    )
    day = models.DateField(_("day"), db_comment="The day of the ledger whose room it takes, UTC.")
    zeny = models.BigIntegerField(_("zeny"), db_comment="Whole zeny.")
    base_exp = models.BigIntegerField(_("base experience"), db_comment="Base experience.")
    job_exp = models.BigIntegerField(_("job experience"), db_comment="Job experience.")
    items = models.JSONField(
        _("items"), default=list, blank=True, db_comment="[[item id, pieces, worth of one]]."
    )
    item_value = models.BigIntegerField(
        _("items, in zeny"), db_comment="Worth of the items on that day."
    )
    cause = models.CharField(_("cause"), max_length=200, db_comment="Why.")
    made_by = models.CharField(
        _("by"), max_length=150, blank=True, db_comment="User name; empty: the rules."
    )
    granted_at = models.DateTimeField(_("granted at"), db_comment="When it was written.")
    signature = models.CharField(
        _("signature"), max_length=64, db_comment="HMAC-SHA256 of all above, in hexadecimal."
    )
    status = models.CharField(
        _("status"),
        max_length=8,
        choices=Status.choices,
        default=Status.DUE,
        db_comment="due, handed, settled, differs or void.",
    )
    handed_at = models.DateTimeField(
        _("handed over at"), null=True, blank=True, db_comment="First given to the map-server."
    )
    settled_at = models.DateTimeField(
        _("settled at"), null=True, blank=True, db_comment="When the map-server confirmed it."
    )
    given = models.JSONField(
        _("given"), null=True, blank=True, db_comment="What the map-server says it gave."
    )

    class Meta:
        db_table = "reward_ledger"
        db_table_comment = "Rewards granted and taken back."
        verbose_name = _("reward")
        verbose_name_plural = _("reward ledger")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["char_id", "status"], name="reward_ledger_char"),
            models.Index(fields=["day"], name="reward_ledger_day"),
            models.Index(fields=["quest_number"], name="reward_ledger_quest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["quest_number", "char_id"],
                name="reward_ledger_paid_once",
                condition=Q(kind="grant"),
            ),
            models.CheckConstraint(
                name="reward_ledger_no_negatives",
                condition=Q(zeny__gte=0, base_exp__gte=0, job_exp__gte=0, item_value__gte=0),
            ),
            models.CheckConstraint(
                name="reward_ledger_kind_fits",
                condition=Q(kind="grant", reverses__isnull=True)
                | Q(kind="reversal", reverses__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class RewardCounter(models.Model):
    """How much of a day's room is taken. Subjects are digests with a salt that is forgotten when
    the day is over. Locked before it is read."""

    scope = models.CharField(
        _("scope"), max_length=8, db_comment="server, npc, player, account or item."
    )
    subject = models.CharField(_("subject"), max_length=64, db_comment="Whose, as a salted digest.")
    day = models.DateField(_("day"), db_comment="The ledger's day.")
    zeny = models.BigIntegerField(_("zeny"), default=0, db_comment="Whole zeny granted.")
    exp = models.BigIntegerField(_("experience"), default=0, db_comment="Base and job, granted.")
    item_value = models.BigIntegerField(
        _("items, in zeny"), default=0, db_comment="Worth of the items granted."
    )
    grants = models.PositiveIntegerField(
        _("rewards"), default=0, db_comment="How many; of an item: pieces."
    )

    class Meta:
        db_table = "reward_counters"
        db_table_comment = "What was granted of each day's caps."
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "subject", "day"], name="reward_counters_once"
            ),
            models.CheckConstraint(
                name="reward_counters_no_negatives",
                condition=Q(zeny__gte=0, exp__gte=0, item_value__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.day}"


class RewardClock(models.Model):
    """The ledger's day. It only goes forward; its row is locked by whoever grants."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    day = models.DateField(_("day"), db_comment="The day that is open, UTC.")
    salt = models.CharField(
        _("salt"), max_length=32, db_comment="Of the day's subjects of counters; new every day."
    )

    class Meta:
        db_table = "reward_clock"
        db_table_comment = "The day of the reward ledger; one row."
        constraints = [models.CheckConstraint(name="reward_clock_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.day)


class RewardAlert(models.Model):
    """Something about the ledger that the owner has to look at."""

    class Kind(models.TextChoices):
        DIFFERS = "differs", _("The map-server gave something else")
        FORGOTTEN = "forgotten", _("The map-server has forgotten what it gave")
        FORGED = "forged", _("An entry was changed: its signature is wrong")

    kind = models.CharField(
        _("kind"), max_length=9, choices=Kind.choices, db_comment="differs, forgotten or forged."
    )
    entry = models.ForeignKey(
        RewardEntry,
        verbose_name=_("entry"),
        on_delete=models.CASCADE,
        related_name="alerts",
        db_comment="The entry it is about.",
    )
    detail = models.CharField(_("detail"), max_length=300, db_comment="What is wrong.")
    raised_at = models.DateTimeField(
        _("raised at"), auto_now_add=True, db_comment="When it was noticed."
    )
    seen_by = models.CharField(
        _("seen by"), max_length=150, blank=True, db_comment="Who has dealt with it; empty: nobody."
    )

    class Meta:
        db_table = "reward_alerts"
        db_table_comment = "Differences between what was granted and what was given."
        verbose_name = _("alert")
        verbose_name_plural = _("reward alerts")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["kind", "entry"], name="reward_alerts_once")]

    def __str__(self) -> str:
        return self.get_kind_display()
