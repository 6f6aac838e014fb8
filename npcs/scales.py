"""The scales of the whole system, as model fields and choices. One place, never mixed."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from pgvector.django import HnswIndex, VectorField

EMBEDDING_DIMENSIONS = 384


class Emotion(models.TextChoices):
    NEUTRAL = "neutral", _("Neutral")
    HAPPY = "happy", _("Happy")
    SAD = "sad", _("Sad")
    ANGRY = "angry", _("Angry")
    FEARFUL = "fearful", _("Fearful")
    SURPRISED = "surprised", _("Surprised")
    DISGUSTED = "disgusted", _("Disgusted")
    EXCITED = "excited", _("Excited")
    ANXIOUS = "anxious", _("Anxious")
    CONTENT = "content", _("Content")
    FRUSTRATED = "frustrated", _("Frustrated")
    CURIOUS = "curious", _("Curious")


class Alignment(models.TextChoices):
    LAWFUL_GOOD = "lawful_good", _("Lawful good")
    NEUTRAL_GOOD = "neutral_good", _("Neutral good")
    CHAOTIC_GOOD = "chaotic_good", _("Chaotic good")
    LAWFUL_NEUTRAL = "lawful_neutral", _("Lawful neutral")
    TRUE_NEUTRAL = "true_neutral", _("True neutral")
    CHAOTIC_NEUTRAL = "chaotic_neutral", _("Chaotic neutral")
    LAWFUL_EVIL = "lawful_evil", _("Lawful evil")
    NEUTRAL_EVIL = "neutral_evil", _("Neutral evil")
    CHAOTIC_EVIL = "chaotic_evil", _("Chaotic evil")


class Sensitivity(models.IntegerChoices):
    """Knowledge opens to a player whose trust (0-10) reaches the number."""

    PUBLIC = 0, _("Public")
    PRIVATE = 5, _("Private")
    SECRET = 8, _("Secret")
    CONFIDENTIAL = 10, _("Confidential")


class AIMode(models.TextChoices):
    """What an NPC's answers may cost."""

    BUDGET = "budget", _("budget: without language model")
    NORMAL = "normal", _("normal")
    FULL = "full", _("full: longer answers")


class Speaker(models.TextChoices):
    PLAYER = "player", _("Player")
    NPC = "npc", _("NPC")
    OTHER = "other", _("Other")


class Source(models.TextChoices):
    """Where an answer came from; told in every reply."""

    LLM = "llm", _("LLM")
    CACHE = "cache", _("Cache")
    SEMANTIC_CACHE = "semantic_cache", _("Semantic cache")
    TEMPLATE = "template", _("Template")
    COMPOSER = "composer", _("Composer")
    STOCK = "stock", _("Stock")
    STAFF = "staff", _("game master")


def bounded(low: float, high: float) -> list[Any]:
    return [MinValueValidator(low), MaxValueValidator(high)]


def trait(name: Any, meaning: Any, comment: str) -> models.FloatField[Any, Any]:
    """One of the Big Five, 0.0-1.0."""
    return models.FloatField(
        name, default=0.5, validators=bounded(0, 1), help_text=meaning, db_comment=comment
    )


def within(table: str, low: float, high: float, *fields: str) -> list[models.BaseConstraint]:
    return [
        models.CheckConstraint(
            name=f"{table}_{field}_range",
            condition=Q(**{f"{field}__gte": low, f"{field}__lte": high}),
        )
        for field in fields
    ]


def one_of(table: str, field: str, choices: list[Any]) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{table}_{field}_known", condition=Q(**{f"{field}__in": choices})
    )


def embedding(comment: str) -> VectorField:
    return VectorField(
        dimensions=EMBEDDING_DIMENSIONS, null=True, blank=True, editable=False, db_comment=comment
    )


def nearest(name: str) -> HnswIndex:
    """Index for unfiltered search by cosine distance."""
    return HnswIndex(
        name=name, fields=["embedding"], m=16, ef_construction=64, opclasses=["vector_cosine_ops"]
    )
