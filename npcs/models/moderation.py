"""What people do about a talk: flag a turn, speak in an NPC's place."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from npcs.models.conversation import Conversation, ConversationTurn
from npcs.scales import Emotion, one_of


class FlagReason(models.TextChoices):
    OFFENSIVE = "offensive", _("Offensive")
    OUT_OF_CHARACTER = "out_of_character", _("Out of character")
    WRONG = "wrong", _("Wrong")
    OTHER = "other", _("Something else")
    TRICK = "trick", _("Player may be tricking the AI")
    CLEANED = "cleaned", _("Words of the AI were removed")
    BLOCKED = "blocked", _("An answer of the AI was not said")
    SWEARING = "swearing", _("Swear words")
    SUSPECTED = "suspected", _("A model finds it worth a look")
    SEVERE = "severe", _("Severe: look at it now")
    TOXIC = "toxic", _("Meant to hurt, as a model finds")


AUTOMATIC = (
    FlagReason.TRICK,
    FlagReason.CLEANED,
    FlagReason.BLOCKED,
    FlagReason.SWEARING,
    FlagReason.SUSPECTED,
    FlagReason.SEVERE,
    FlagReason.TOXIC,
)
"""What the dialogue itself notices; people choose among the others."""


class TurnFlag(models.Model):
    """Says that somebody should look at a turn. One of each reason; taking it away deletes it, and
    the log of changes keeps that."""

    turn = models.ForeignKey(
        ConversationTurn,
        verbose_name=_("turn"),
        on_delete=models.CASCADE,
        related_name="flags",
        db_comment="The turn.",
    )
    reason = models.CharField(
        max_length=20,
        choices=FlagReason.choices,
        db_comment="offensive, out_of_character, wrong, other; the others are automatic.",
        verbose_name=_("reason"),
    )
    note = models.CharField(
        max_length=300, blank=True, db_comment="In the person's words.", verbose_name=_("note")
    )
    flagged_by = models.CharField(
        max_length=150,
        blank=True,
        db_comment="User name; empty if the dialogue did it by itself.",
        verbose_name=_("flagged by"),
    )
    created_at = models.DateTimeField(
        auto_now_add=True, db_comment="When.", verbose_name=_("flagged at")
    )

    class Meta:
        db_table = "turn_flags"
        db_table_comment = "Turns somebody should look at."
        verbose_name = _("flagged turn")
        verbose_name_plural = _("flagged turns")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["turn", "reason"], name="turn_flags_once"),
            one_of("turn_flags", "reason", FlagReason.values),
        ]

    def __str__(self) -> str:
        return str(self.get_reason_display())


class TakeoverQuerySet(models.QuerySet["Takeover"]):
    def held(self) -> TakeoverQuerySet:
        now = timezone.now()
        return self.filter(
            ended_at__isnull=True,
            active_at__gt=now - Takeover.IDLE,
            seen_at__gt=now - Takeover.GONE,
        )

    def lapsed(self) -> TakeoverQuerySet:
        """Held by somebody who forgot about it, or is gone."""
        now = timezone.now()
        forgotten = Q(active_at__lte=now - Takeover.IDLE) | Q(seen_at__lte=now - Takeover.GONE)
        return self.filter(forgotten, ended_at__isnull=True)


class Takeover(models.Model):
    """A game master speaks for the NPC in one conversation. One row per conversation, used again
    by whoever takes it next; the log of changes keeps what was before."""

    IDLE: ClassVar = timedelta(minutes=10)
    """Without a line of its holder's it ends by itself."""
    GONE: ClassVar = timedelta(minutes=1)
    """And so it does when the holder's live view is not heard of."""

    conversation = models.OneToOneField(
        Conversation,
        verbose_name=_("conversation"),
        on_delete=models.CASCADE,
        related_name="takeover",
        db_comment="Which talk.",
    )
    holder = models.CharField(
        _("holder"), max_length=150, db_comment="User name of the game master."
    )
    taken_at = models.DateTimeField(_("taken at"), db_comment="When it was taken.")
    active_at = models.DateTimeField(
        _("active at"), db_comment="When its holder last took it or wrote a line."
    )
    seen_at = models.DateTimeField(
        _("seen at"), db_comment="When its holder's live view was last heard of."
    )
    ended_at = models.DateTimeField(
        _("ended at"), null=True, db_comment="When it was given back; null: held."
    )

    objects = TakeoverQuerySet.as_manager()

    class Meta:
        db_table = "conversation_takeovers"
        verbose_name = _("takeover")
        verbose_name_plural = _("takeovers")
        db_table_comment = "Conversations in which a game master speaks for the NPC."
        indexes = [
            models.Index(
                fields=["active_at"],
                name="conversation_takeovers_held",
                condition=Q(ended_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.holder}: {self.conversation_id}"


class StaffLine(models.Model):
    """Words a game master wrote for an NPC, until a turn delivers them."""

    conversation = models.ForeignKey(
        Conversation,
        verbose_name=_("conversation"),
        on_delete=models.CASCADE,
        related_name="staff_lines",
        db_comment="In which talk.",
    )
    author = models.CharField(
        _("author"), max_length=150, db_comment="User name of the game master."
    )
    text = models.TextField(_("text"), db_comment="What the NPC is to say, cleaned.")
    emotion = models.CharField(
        _("emotion"),
        max_length=12,
        choices=Emotion.choices,
        default=Emotion.NEUTRAL,
        db_comment="What the NPC is to feel.",
    )
    created_at = models.DateTimeField(_("created at"), db_comment="When it was written.")
    claimed_at = models.DateTimeField(
        _("claimed at"),
        null=True,
        db_comment="When a call took it along; free again if no turn follows.",
    )
    claimed_by = models.CharField(
        _("claimed by"), max_length=64, blank=True, db_comment="Request id of that call."
    )
    turn = models.ForeignKey(
        ConversationTurn,
        verbose_name=_("turn"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="staff_lines",
        db_comment="The turn that delivered it; null: it still waits.",
    )

    class Meta:
        db_table = "staff_lines"
        verbose_name = _("staff line")
        verbose_name_plural = _("staff lines")
        db_table_comment = "Words of game masters for NPCs to say."
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["conversation", "id"],
                name="staff_lines_waiting",
                condition=Q(turn__isnull=True),
            )
        ]
        constraints = [one_of("staff_lines", "emotion", Emotion.values)]
