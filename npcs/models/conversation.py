"""Who said what."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from npcs.models.personality import NpcPersonality
from npcs.scales import Emotion, Source, embedding, nearest, one_of, within


class Conversation(models.Model):
    """One sitting; a new one begins when the player comes back after a while."""

    npc = models.ForeignKey(
        NpcPersonality,
        verbose_name=_("NPC"),
        on_delete=models.CASCADE,
        related_name="conversations",
        db_comment="The NPC.",
    )
    char_id = models.BigIntegerField(_("character id"), db_comment="The player's character.")
    player_name = models.CharField(
        _("player name"), max_length=50, db_comment="The character's name at the time."
    )
    map_name = models.CharField(
        _("map name"), max_length=24, blank=True, db_comment="Where they talk."
    )
    language = models.CharField(
        _("language"), max_length=2, default="en", db_comment="What they speak."
    )
    started_at = models.DateTimeField(_("started at"), db_comment="First turn.")
    last_turn_at = models.DateTimeField(_("last turn at"), db_comment="Last turn.")
    turn_count = models.PositiveIntegerField(_("turn count"), default=0, db_comment="Turns so far.")
    extracted_turn_id = models.BigIntegerField(
        _("extracted turn id"),
        default=0,
        editable=False,
        db_comment="Turns up to here were searched for facts.",
    )

    reviewed_turn_id = models.BigIntegerField(
        _("reviewed turn id"),
        default=0,
        db_default=0,
        editable=False,
        db_comment="Turns up to here were looked through by a model for moderation.",
    )

    class Meta:
        db_table = "conversations"
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        db_table_comment = "Talks between one character and one NPC."
        ordering = ["-last_turn_at"]
        indexes = [
            models.Index(fields=["npc", "char_id", "-last_turn_at"], name="conversations_of"),
            models.Index(fields=["npc", "-last_turn_at"], name="conversations_npc_latest"),
            models.Index(fields=["-last_turn_at"], name="conversations_latest"),
            models.Index(fields=["char_id"], name="conversations_char"),
        ]

    def __str__(self) -> str:
        return f"{self.player_name} and NPC {self.npc_id}, {self.started_at:%Y-%m-%d %H:%M}"


class ConversationTurn(models.Model):
    """One thing the player said and what the NPC answered. Also the record by which a repeated
    request gets the same reply."""

    conversation = models.ForeignKey(
        Conversation,
        verbose_name=_("conversation"),
        on_delete=models.CASCADE,
        related_name="turns",
        db_comment="The talk it is part of.",
    )
    request_id = models.CharField(
        _("request id"), max_length=64, unique=True, db_comment="The caller's own id."
    )
    player_text = models.TextField(_("player text"), db_comment="What the player said, cleaned.")
    npc_text = models.TextField(_("NPC text"), db_comment="What the NPC answered.")
    intent = models.CharField(
        _("intent"), max_length=20, blank=True, db_comment="What the player was taken to want."
    )
    emotion = models.CharField(
        _("emotion"),
        max_length=12,
        choices=Emotion.choices,
        default=Emotion.NEUTRAL,
        db_comment="What the NPC felt.",
    )
    trust = models.FloatField(_("trust"), db_comment="After this turn, 0-10.")
    trust_change = models.FloatField(
        _("trust change"), default=0, db_comment="How this turn moved trust."
    )
    trust_reason = models.CharField(
        _("trust reason"), max_length=120, blank=True, db_comment="Why it moved."
    )
    source = models.CharField(
        _("source"),
        max_length=16,
        choices=Source.choices,
        db_comment="llm, cache, semantic_cache, template, composer, stock or staff.",
    )
    spoken_by = models.CharField(
        _("spoken by"),
        max_length=150,
        blank=True,
        default="",
        db_default="",
        db_comment="User name of the game master whose words these are, if a person's.",
    )
    model = models.CharField(
        _("model"), max_length=80, blank=True, db_comment="Model that answered, if one did."
    )
    prompt_version = models.CharField(
        _("prompt version"),
        max_length=16,
        blank=True,
        db_comment="Version of the prompt templates when it was answered.",
    )
    tokens = models.PositiveIntegerField(
        _("tokens"), default=0, db_comment="Of the LLM, prompt and answer."
    )
    facts_used = ArrayField(
        models.BigIntegerField(),
        verbose_name=_("facts used"),
        default=list,
        blank=True,
        db_comment="Ids of npc_knowledge the answer was made from.",
    )
    memories_used = ArrayField(
        models.BigIntegerField(),
        verbose_name=_("memories used"),
        default=list,
        blank=True,
        db_comment="Ids of npc_memories the answer was made from.",
    )
    latency_ms = models.PositiveIntegerField(
        _("milliseconds"), default=0, db_comment="Time to the answer."
    )
    created_at = models.DateTimeField(_("created at"), db_comment="When it was said.")

    class Meta:
        db_table = "conversation_turns"
        verbose_name_plural = _("turns")
        db_table_comment = "Turns of conversations."
        verbose_name = _("turn")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["conversation", "id"], name="conversation_turns_order"),
            BrinIndex(fields=["created_at"], name="conversation_turns_when"),
            # As `icontains` compares: a search of the admin for words that are rare or nowhere.
            GinIndex(
                OpClass(Upper("player_text"), name="gin_trgm_ops"),
                OpClass(Upper("npc_text"), name="gin_trgm_ops"),
                name="conversation_turns_words",
            ),
        ]
        constraints = [
            *within("conversation_turns", 0, 10, "trust"),
            one_of("conversation_turns", "source", Source.values),
            one_of("conversation_turns", "emotion", Emotion.values),
        ]

    def __str__(self) -> str:
        return f"{self.player_text[:40]} → {self.npc_text[:40]}"


class DialogueEmbedding(models.Model):
    """What players said, as vectors: the index for finding what was asked before."""

    turn = models.OneToOneField(
        ConversationTurn,
        verbose_name=_("turn"),
        on_delete=models.CASCADE,
        related_name="embedded",
        db_comment="The turn.",
    )
    npc = models.ForeignKey(
        NpcPersonality,
        verbose_name=_("NPC"),
        on_delete=models.CASCADE,
        related_name="+",
        db_comment="The NPC it was said to.",
    )
    embedding = embedding("all-MiniLM-L6-v2 of the player's words.")
    created_at = models.DateTimeField(
        _("created at"), auto_now_add=True, db_comment="When the model saw it."
    )

    class Meta:
        db_table = "dialogue_embeddings"
        verbose_name = _("dialogue embedding")
        verbose_name_plural = _("dialogue embeddings")
        db_table_comment = "Vectors of what players said."
        indexes = [nearest("dialogue_embeddings_nearest")]
