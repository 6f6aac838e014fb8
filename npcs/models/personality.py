"""Who an NPC is."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from npcs.brief import Persona
from npcs.models.history import Changes
from npcs.scales import AIMode, Alignment, Emotion, bounded, one_of, trait, within

TABLE = "npc_personalities"
TRAITS = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism")
TRUST_GAIN = (0.5, 2.0)
NOT_BY_PERSONS = [
    "role_reason", "script_source", "script_digest", "edited_by_staff", "version", "created_at",
    "updated_at",
]  # fmt: skip
"""Written by imports and by saving itself: not part of the history, nor of snapshots."""


class NpcQuerySet(models.QuerySet["NpcPersonality"]):
    def changed(self) -> int:
        """Note that what these NPCs are or know has changed: cached replies are void."""
        return self.update(version=F("version") + 1)

    def set_ai(self, enabled: bool) -> int:
        return self.update(ai_enabled=enabled, version=F("version") + 1)


class NpcPersonality(models.Model):
    key = models.CharField(
        _("stable key"),
        max_length=120,
        unique=True,
        db_comment="map/unique name. The run-time GID changes at every start, this does not.",
    )
    name = models.CharField(_("name"), max_length=50, db_comment="Name players see.")
    map_name = models.CharField(_("map"), max_length=24, db_comment="Map it stands on.")
    x = models.PositiveSmallIntegerField(_("x"), default=0, db_comment="Cell.")
    y = models.PositiveSmallIntegerField(_("y"), default=0, db_comment="Cell.")
    sprite = models.CharField(
        _("sprite"), max_length=40, blank=True, db_comment="Sprite id or constant."
    )
    role = models.CharField(
        _("role"),
        max_length=40,
        default="villager",
        db_comment="Lower-case phrase: guard, merchant ...",
    )
    role_reason = models.CharField(
        _("role reason"),
        max_length=200,
        blank=True,
        db_comment="Why the import took it for that role.",
    )
    background = models.TextField(
        _("background"), blank=True, db_comment="Life story; told to the model."
    )
    speech_style = models.CharField(
        _("speech style"),
        max_length=200,
        blank=True,
        db_comment="How it talks, e.g. short sentences, sailor slang.",
    )
    openness = trait(
        _("openness"),
        _("Curious and imaginative (1.0) or down to earth (0.0)."),
        "Curious and imaginative (1.0) or down to earth (0.0).",
    )
    conscientiousness = trait(
        _("conscientiousness"),
        _("Orderly and exact (1.0) or careless (0.0)."),
        "Orderly and exact (1.0) or careless (0.0).",
    )
    extraversion = trait(
        _("extraversion"),
        _("Talkative (1.0) or withdrawn (0.0)."),
        "Talkative (1.0) or withdrawn (0.0).",
    )
    agreeableness = trait(
        _("agreeableness"),
        _("Warm and trusting (1.0) or curt and suspicious (0.0)."),
        "Warm and trusting (1.0) or curt and suspicious (0.0).",
    )
    neuroticism = trait(
        _("neuroticism"),
        _("Anxious and moody (1.0) or calm (0.0)."),
        "Anxious and moody (1.0) or calm (0.0).",
    )
    alignment = models.CharField(
        _("alignment"),
        max_length=16,
        choices=Alignment.choices,
        default=Alignment.TRUE_NEUTRAL,
        db_comment="One of the nine moral alignments.",
    )
    mood = models.CharField(
        _("mood"),
        max_length=12,
        choices=Emotion.choices,
        default=Emotion.NEUTRAL,
        db_comment="Base mood.",
    )
    ai_enabled = models.BooleanField(
        _("answers by AI"),
        default=True,
        db_comment="Off: Talk is refused and the script runs as before.",
    )
    ai_mode = models.CharField(
        _("AI mode"),
        max_length=8,
        choices=AIMode.choices,
        default=AIMode.NORMAL,
        db_comment="budget: no LLM is asked; normal; full: longer answers out of more knowledge.",
    )
    group = models.CharField(
        _("group"),
        max_length=40,
        blank=True,
        db_comment="Label of the owner's own, for work on many at once.",
    )
    faction = models.CharField(
        _("faction"),
        max_length=60,
        blank=True,
        db_comment="Key of the faction it is of; empty: of none.",
    )
    trust_gain = models.FloatField(
        _("trust gain"),
        default=1.0,
        validators=bounded(*TRUST_GAIN),
        db_comment="0.5-2.0: how fast trust in a player grows; falling trust is not changed.",
    )
    script_source = models.CharField(
        _("script source"), max_length=200, blank=True, db_comment="file:line it was imported from."
    )
    script_digest = models.CharField(
        _("script digest"),
        max_length=64,
        blank=True,
        editable=False,
        db_comment="Hash of what was imported.",
    )
    edited_by_staff = models.BooleanField(
        _("edited by staff"),
        default=False,
        editable=False,
        db_comment="A later import leaves its persona alone.",
    )
    version = models.PositiveIntegerField(
        _("version"),
        default=1,
        editable=False,
        db_comment="Grows with every change; part of cache keys.",
    )
    created_at = models.DateTimeField(
        _("created at"), auto_now_add=True, db_comment="When it became a character."
    )
    updated_at = models.DateTimeField(
        _("updated at"), auto_now=True, db_comment="Last change by a person."
    )

    objects = NpcQuerySet.as_manager()
    history = Changes(
        table_name="npc_personalities_history",
        table_comment="What persons changed of characters, each state whole.",
        excluded_fields=NOT_BY_PERSONS,
    )

    class Meta:
        db_table = TABLE
        verbose_name_plural = _("NPCs")
        db_table_comment = "Characters: one row per NPC of the game server."
        verbose_name = _("NPC")
        ordering = ["map_name", "name"]
        indexes = [
            models.Index(fields=["map_name", "name"], name="npc_personalities_map"),
            models.Index(fields=["role"], name="npc_personalities_role"),
            models.Index(fields=["group"], name="npc_personalities_group"),
        ]
        constraints = [
            *within(TABLE, 0, 1, *TRAITS),
            *within(TABLE, *TRUST_GAIN, "trust_gain"),
            one_of(TABLE, "ai_mode", AIMode.values),
            one_of(TABLE, "alignment", Alignment.values),
            one_of(TABLE, "mood", Emotion.values),
            models.CheckConstraint(
                name="npc_personalities_key_form", condition=Q(key__regex=r"^[^/]+/.+$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.key})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            self.version += 1
        super().save(*args, **kwargs)

    @property
    def persona(self) -> Persona:
        return Persona(
            key=self.key,
            name=self.name,
            role=self.role,
            map_name=self.map_name,
            x=self.x,
            y=self.y,
            alignment=self.alignment,
            background=self.background,
            speech_style=self.speech_style,
            mood=self.mood,  # type: ignore[arg-type]
            openness=self.openness,
            conscientiousness=self.conscientiousness,
            extraversion=self.extraversion,
            agreeableness=self.agreeableness,
            neuroticism=self.neuroticism,
        )
