"""What an NPC remembers."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from npcs.models.personality import NpcPersonality
from npcs.scales import Sensitivity, Speaker, bounded, embedding, nearest, one_of, within

TABLE = "npc_memories"
NOBODY = 0
"""`char_id` of what is about no player."""


class Scope(models.TextChoices):
    """Who remembers."""

    PRIVATE = "private", _("one NPC, of one player")
    TOWN = "town", _("all NPCs of a map")
    FACTION = "faction", _("all NPCs of a faction")


class MemoryQuerySet(models.QuerySet["NpcMemory"]):
    def about(self, npc_id: int, char_id: int) -> MemoryQuerySet:
        """What this NPC remembers of this character, and of nobody else."""
        return self.filter(npc_id=npc_id, char_id=char_id, superseded_by=None, scope=Scope.PRIVATE)

    def shared(self) -> MemoryQuerySet:
        """What a town or a faction remembers; of no player."""
        return self.exclude(scope=Scope.PRIVATE).filter(superseded_by=None)


class NpcMemory(models.Model):
    class Kind(models.TextChoices):
        UTTERANCE = "utterance", _("Utterance")
        FACT = "fact", _("Fact")
        EVENT = "event", _("Event")
        REFLECTION = "reflection", _("Reflection")

    npc = models.ForeignKey(
        NpcPersonality,
        verbose_name=_("NPC"),
        on_delete=models.CASCADE,
        related_name="memories",
        db_comment="Who remembers.",
    )
    char_id = models.BigIntegerField(
        _("character id"),
        db_comment="Character the memory is about, who alone ever hears of it; 0: about nobody, "
        "see scope.",
    )
    player_name = models.CharField(
        _("player name"),
        max_length=50,
        blank=True,
        db_comment="The character's name at the time.",
    )
    kind = models.CharField(
        _("kind"),
        max_length=12,
        choices=Kind.choices,
        default=Kind.UTTERANCE,
        db_comment="utterance: said by the player; fact: drawn from it; event: told by the game; "
        "reflection: what several say together.",
    )
    speaker = models.CharField(
        _("speaker"), max_length=8, choices=Speaker.choices, db_comment="Who said it."
    )
    subject = models.CharField(
        _("subject"), max_length=80, blank=True, db_comment="What or whom it is about, e.g. sister."
    )
    text = models.TextField(_("text"), db_comment="The words.")
    context = models.TextField(
        _("asked before"),
        blank=True,
        default="",
        db_default="",
        editable=False,
        db_comment="The question it answered; searched with it, never told.",
    )
    importance = models.FloatField(
        _("importance"),
        default=3,
        validators=bounded(0, 10),
        db_comment="0-10; 6 and more is long-term.",
    )
    place = models.CharField(
        _("place"), max_length=24, blank=True, db_comment="Map where it happened."
    )
    happened_at = models.DateTimeField(_("happened at"), db_comment="When it happened.")
    created_at = models.DateTimeField(
        _("created at"), auto_now_add=True, db_comment="When it was stored."
    )
    embedding = embedding("all-MiniLM-L6-v2 of the text; null until the model has seen it.")
    request_id = models.CharField(
        _("request id"),
        max_length=64,
        null=True,
        editable=False,
        db_comment="A repeated Remember is stored once.",
    )
    turn = models.ForeignKey(
        "npcs.ConversationTurn",
        verbose_name=_("turn"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="memories",
        db_comment="The turn it was said in, if it was.",
    )
    superseded_by = models.ForeignKey(
        "self",
        verbose_name=_("superseded by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="supersedes",
        db_comment="The newer memory that replaced this one; memories are never overwritten.",
    )

    learned_from = models.ForeignKey(
        "npcs.NpcKnowledge",
        verbose_name=_("learned from"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="town_memories",
        db_comment="Of a town: the knowledge that so many passed on; the memory goes with it.",
    )
    drawn_from = ArrayField(
        models.BigIntegerField(),
        default=list,
        db_default=[],
        blank=True,
        editable=False,
        verbose_name=_("drawn from"),
        db_comment="Ids of the memories that a reflection is drawn from.",
    )
    scope = models.CharField(
        _("scope"),
        max_length=8,
        choices=Scope.choices,
        default=Scope.PRIVATE,
        db_default=Scope.PRIVATE,
        db_comment="private: of this NPC about one player; town, faction: all of them remember it.",
    )
    scope_key = models.CharField(
        _("of town or faction"),
        max_length=40,
        blank=True,
        default="",
        db_default="",
        help_text=_("The map, or the key of the faction; empty for a private memory."),
        db_comment="Map or key of the faction that shares it; empty if private.",
    )
    sensitivity = models.IntegerField(
        _("sensitivity"),
        choices=Sensitivity.choices,
        default=Sensitivity.PUBLIC,
        db_default=Sensitivity.PUBLIC,
        db_comment="Of a shared one: the trust from which a player hears of it, as of knowledge.",
    )

    objects = MemoryQuerySet.as_manager()

    class Meta:
        db_table = TABLE
        db_table_comment = "Memories: of one NPC about one character, or of a town or a faction."
        verbose_name = _("memory")
        verbose_name_plural = _("memories")
        ordering = ["-happened_at"]
        indexes = [
            models.Index(fields=["npc", "char_id", "-happened_at"], name="npc_memories_of"),
            models.Index(fields=["char_id"], name="npc_memories_char"),
            models.Index(fields=["-happened_at"], name="npc_memories_latest"),
            models.Index(
                fields=["id"], name="npc_memories_unembedded", condition=Q(embedding=None)
            ),
            models.Index(
                fields=["scope", "scope_key"],
                name="npc_memories_shared",
                condition=~Q(scope=Scope.PRIVATE),
            ),
            models.Index(
                fields=["learned_from"],
                name="npc_memories_learned",
                condition=Q(learned_from__isnull=False),
            ),
            nearest("npc_memories_nearest"),
        ]
        constraints = [
            *within(TABLE, 0, 10, "importance"),
            one_of(TABLE, "speaker", Speaker.values),
            one_of(TABLE, "sensitivity", Sensitivity.values),
            models.CheckConstraint(
                name="npc_memories_shared_of_nobody",
                violation_error_message=_(
                    "What is shared is about no player: character id 0, no name, no turn, told by "
                    "others, with the map or the faction that shares it; what is private has none."
                ),
                condition=Q(scope=Scope.PRIVATE, scope_key="")
                | Q(
                    ~Q(scope_key=""),
                    scope__in=[Scope.TOWN, Scope.FACTION],
                    char_id=NOBODY,
                    player_name="",
                    turn=None,
                    speaker=Speaker.OTHER,
                ),
            ),
            models.UniqueConstraint(
                fields=["request_id"],
                condition=Q(request_id__isnull=False),
                name="npc_memories_request_once",
            ),
            models.UniqueConstraint(
                fields=["turn", "text"],
                condition=Q(turn__isnull=False),
                name="npc_memories_turn_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.player_name}: {self.text[:60]}"

    def retold(self, *, text: str, subject: str, mark: str) -> NpcMemory:
        """The same in other words; this one is superseded by it."""
        new = NpcMemory.objects.create(
            npc_id=self.npc_id, char_id=self.char_id, player_name=self.player_name,
            kind=self.kind, speaker=self.speaker, subject=subject[:80], text=text,
            importance=self.importance, place=self.place, happened_at=self.happened_at,
            scope=self.scope, scope_key=self.scope_key, sensitivity=self.sensitivity,
            learned_from_id=self.learned_from_id, request_id=mark[:64],
        )  # fmt: skip
        NpcMemory.objects.filter(pk=self.pk).update(superseded_by=new)
        return new
