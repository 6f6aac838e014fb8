"""What the owner lets quests pay."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quests.models.quest import Difficulty

MOST = 10**12
"""Above it no amount is anybody's intention; sums of it stay far below int64."""
ONLY = 1


class RewardPolicy(models.Model):
    """One row. What it says now counts whenever something is granted, whatever was offered."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)
    is_active = models.BooleanField(
        _("NPCs offer quests"),
        default=True,
        help_text=_("Off: nothing is offered and nothing granted. What is active can be finished."),
        db_comment="Off: nothing is offered and nothing granted.",
    )
    auto_approve = models.PositiveSmallIntegerField(
        _("offer without asking me up to"),
        choices=[(0, _("never")), *Difficulty.choices],
        default=Difficulty.NORMAL,
        help_text=_("Harder quests wait on the list of proposals until somebody approves them."),
        db_comment="Highest difficulty that is offered without approval; 0: none.",
    )
    zeny_base = models.PositiveIntegerField(
        _("zeny of a trivial quest"),
        default=50,
        validators=[MaxValueValidator(1_000_000)],
        help_text=_("At level 1; harder quests and higher levels pay more of it, see the table."),
        db_comment="Zeny of a trivial quest at level 1.",
    )
    exp_base = models.PositiveIntegerField(
        _("experience of a trivial quest"),
        default=20,
        validators=[MaxValueValidator(1_000_000)],
        help_text=_("Base experience at level 1; job experience is half of it."),
        db_comment="Base experience of a trivial quest at level 1.",
    )
    items_percent = models.PositiveSmallIntegerField(
        _("quests that pay an item, percent"),
        default=25,
        validators=[MaxValueValidator(100)],
        help_text=_("Only items of the list below are ever given; an empty list gives none."),
        db_comment="Share of quests that pay an item of the whitelist, 0-100.",
    )
    max_members = models.PositiveSmallIntegerField(
        _("members of a shared quest"),
        default=4,
        validators=[MaxValueValidator(12)],
        help_text=_("They share the work and the reward; 1: no shared quests."),
        db_comment="Characters that may share a quest and its reward.",
    )
    max_active = models.PositiveSmallIntegerField(
        _("active quests of a character"),
        default=3,
        validators=[MaxValueValidator(10)],
        db_comment="Quests a character may have at once.",
    )
    first_slot = models.PositiveIntegerField(
        _("first quest id of the slots"),
        default=95_000,
        validators=[MaxValueValidator(2_000_000_000)],
        help_text=_("Ten ids of db/import/quest_db.yml that stand for AI quests in the log."),
        db_comment="First of ten ids in rAthena's quest_db.",
    )
    edited_at = models.DateTimeField(_("edited at"), auto_now=True, db_comment="Last change.")

    class Meta:
        db_table = "reward_policies"
        db_table_comment = "What quests may pay; one row."
        verbose_name = _("reward policy")
        verbose_name_plural = _("reward policy")
        constraints = [
            models.CheckConstraint(name="reward_policies_one_row", condition=Q(id=ONLY)),
            models.CheckConstraint(
                name="reward_policies_bounded",
                condition=Q(items_percent__lte=100, max_members__lte=12, max_active__lte=10),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Reward policy"))


class RewardCap(models.Model):
    """The most that is granted: of one quest to one character, or in a day."""

    class Scope(models.TextChoices):
        QUEST = "quest", _("a quest, to one character")
        PLAYER = "player", _("a character, in a day")
        ACCOUNT = "account", _("an account, in a day")
        NPC = "npc", _("an NPC, in a day")
        SERVER = "server", _("the server, in a day")

    policy = models.ForeignKey(
        RewardPolicy,
        verbose_name=_("policy"),
        on_delete=models.CASCADE,
        related_name="caps",
        default=ONLY,
        db_comment="The policy.",
    )
    scope = models.CharField(
        _("at most"),
        max_length=8,
        choices=Scope.choices,
        unique=True,
        db_comment="quest, player, account, npc or server.",
    )
    zeny = models.BigIntegerField(
        _("zeny"), validators=[MaxValueValidator(MOST)], db_comment="Whole zeny."
    )
    exp = models.BigIntegerField(
        _("experience"),
        validators=[MaxValueValidator(MOST)],
        db_comment="Base and job experience together.",
    )
    item_value = models.BigIntegerField(
        _("items, in zeny"),
        validators=[MaxValueValidator(MOST)],
        db_comment="Worth of the items, by the whitelist.",
    )
    grants = models.PositiveIntegerField(_("rewards"), db_comment="How many rewards.")

    class Meta:
        db_table = "reward_caps"
        db_table_comment = "The most that is granted, by scope; per day but for the quest's."
        verbose_name = _("cap")
        verbose_name_plural = _("caps")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="reward_caps_bounded",
                condition=Q(
                    zeny__range=(0, MOST), exp__range=(0, MOST), item_value__range=(0, MOST)
                ),
            )
        ]

    def __str__(self) -> str:
        return self.get_scope_display()


class RewardItem(models.Model):
    """The whitelist. What is not on it is never given."""

    policy = models.ForeignKey(
        RewardPolicy,
        verbose_name=_("policy"),
        on_delete=models.CASCADE,
        related_name="items",
        default=ONLY,
        db_comment="The policy.",
    )
    item_id = models.PositiveIntegerField(
        _("item id"), unique=True, db_comment="Item of the game's database."
    )
    name = models.CharField(_("name"), max_length=80, db_comment="What it is called.")
    value = models.PositiveIntegerField(
        _("worth in zeny"), db_comment="Of one piece, as it counts against the caps."
    )
    amount = models.PositiveSmallIntegerField(
        _("pieces"), default=1, db_comment="Pieces of one reward."
    )
    min_difficulty = models.PositiveSmallIntegerField(
        _("from difficulty"),
        choices=Difficulty.choices,
        default=Difficulty.NORMAL,
        db_comment="Easier quests never pay it.",
    )
    per_day = models.PositiveIntegerField(
        _("pieces a day"), default=10, db_comment="The most that the server grants in a day."
    )

    class Meta:
        db_table = "reward_items"
        db_table_comment = "Items that quests may pay."
        verbose_name = _("item")
        verbose_name_plural = _("items that quests may pay")
        ordering = ["item_id"]
        constraints = [
            models.CheckConstraint(
                name="reward_items_bounded",
                condition=Q(item_id__gte=1, amount__range=(1, 1000), value__lte=2_000_000_000),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.item_id})"
