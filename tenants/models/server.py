"""Game servers: the tenants."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

from tenants.models.choices import (
    AINotice,
    ClientLinks,
    CodePage,
    Moderation,
    RathenaMode,
    Tier,
)


class ServerQuerySet(models.QuerySet["Server"]):
    def active(self) -> ServerQuerySet:
        return self.filter(status=Server.Status.ACTIVE)

    def named(self, name: str) -> Server:
        """By server id, or by name where that is unique. Raises Server.DoesNotExist."""
        return self.get(Q(server_id=name) | Q(name=name))

    def hold(self, server: Server) -> Server:
        """Its row, locked until the transaction ends: one change of keys or members at a time."""
        return self.select_for_update(no_key=True).get(pk=server.pk)


class Server(TenantMixin):  # type: ignore[misc]
    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        LEAVING = "leaving", _("Waiting to be deleted")

    auto_create_schema = False  # tenants.provisioning does, in 0.2 s instead of 3.4 s

    schema_name = models.CharField(
        _("schema name"),
        max_length=63,
        unique=True,
        editable=False,
        db_comment="Generated server_<hex>; never input.",
    )
    server_id = models.CharField(
        _("server id"),
        max_length=40,
        unique=True,
        editable=False,
        db_comment="Public id server-<hex>, in the map-server's configuration.",
    )
    name = models.CharField(
        _("name"), max_length=80, unique=True, db_comment="What people call the server."
    )
    contact_email = models.EmailField(_("contact email"), db_comment="The owner's address.")
    billing_tier = models.CharField(
        _("billing tier"),
        max_length=10,
        choices=Tier.choices,
        default=Tier.FREE,
        db_comment="Plan.",
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=Status.choices,
        default=Status.ACTIVE,
        db_comment="Only an active server's calls are answered.",
    )
    language = models.CharField(
        _("language"),
        max_length=2,
        default="en",
        choices=[
            ("en", "English"),
            ("pt", "Português"),
            ("es", "Español"),
            ("id", "Bahasa Indonesia"),
            ("ko", "한국어"),
            ("th", "ไทย"),
        ],
        db_comment="What NPCs speak when the player's language cannot be told.",
    )
    code_page = models.CharField(
        _("code page"),
        max_length=10,
        choices=CodePage.choices,
        default=CodePage.CP1252,
        db_comment="Code page of the players' clients; replies are encoded for it.",
    )
    page_columns = models.PositiveSmallIntegerField(
        _("columns of a dialogue box"),
        default=45,
        validators=[MinValueValidator(12), MaxValueValidator(120)],
        db_comment="Letters in a line of a dialogue box; a wide letter takes two.",
    )
    page_lines = models.PositiveSmallIntegerField(
        _("lines of a dialogue box"),
        default=8,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        db_comment="Lines of a dialogue box; more go on the next page.",
    )
    client_links = models.CharField(
        _("links in dialogue boxes"),
        max_length=10,
        choices=ClientLinks.choices,
        default=ClientLinks.OFF,
        db_comment="Which links to items and maps the players' clients show: off, itemlink, item.",
    )
    max_concurrent_npcs = models.PositiveIntegerField(
        _("NPCs by AI at once"),
        default=500,
        validators=[MinValueValidator(1), MaxValueValidator(100_000)],
        db_comment="NPCs that may talk by AI at once.",
    )
    rate_limit_per_minute = models.PositiveIntegerField(
        _("rate limit per minute"),
        default=1000,
        validators=[MinValueValidator(1), MaxValueValidator(1_000_000)],
        db_comment="Calls a minute.",
    )
    rate_limit_per_hour = models.PositiveIntegerField(
        _("rate limit per hour"),
        default=50_000,
        validators=[MinValueValidator(1), MaxValueValidator(60_000_000)],
        db_comment="Calls an hour.",
    )
    rate_limit_per_player = models.PositiveIntegerField(
        _("rate limit per player"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(10_000)],
        db_comment="Talks a minute of one player with one NPC.",
    )
    rathena_mode = models.CharField(
        _("rathena mode"),
        max_length=12,
        choices=RathenaMode.choices,
        default=RathenaMode.RENEWAL,
        db_comment="Renewal or pre-renewal rules.",
    )
    monthly_budget = models.DecimalField(
        _("monthly budget"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        db_comment="What the owner lets the platform's language models cost a month, in "
        "LLM_PRICE_CURRENCY; null: as much as is allowed.",
    )
    budget_allowed = models.DecimalField(
        _("budget allowed"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        db_comment="The most the owner may choose, set by the operator; null: the plan's.",
    )
    budget_soft_percent = models.PositiveSmallIntegerField(
        _("soft stop, percent"),
        default=80,
        validators=[MinValueValidator(10), MaxValueValidator(99)],
        db_comment="Share of the budget from which answers become cheaper.",
    )
    ai_enabled = models.BooleanField(
        _("AI answers"),
        default=True,
        db_comment="Off: every Talk is refused and the NPCs' scripts run; nothing else is.",
    )
    moderation = models.CharField(
        _("swear words"),
        max_length=8,
        choices=Moderation.choices,
        default=Moderation.SOFTEN,
        db_comment="block, soften or log.",
    )
    ai_notice = models.CharField(
        _("notice that it is AI"),
        max_length=8,
        choices=AINotice.choices,
        default=AINotice.FIELD,
        db_comment="reply, field or off: how a player is told, at the first talk of all.",
    )
    delete_after = models.DateTimeField(
        _("delete after"),
        null=True,
        blank=True,
        editable=False,
        db_comment="When a leaving server is removed for good; until then it can come back.",
    )
    created_at = models.DateTimeField(
        _("created at"), auto_now_add=True, db_comment="When it was registered."
    )
    acts_on = models.JSONField(
        _("acts on"),
        default=list,
        blank=True,
        editable=False,
        db_comment="Kinds of world events that its map-server acts on, as that said last.",
    )
    last_handshake_at = models.DateTimeField(
        _("last handshake at"),
        null=True,
        blank=True,
        editable=False,
        db_comment="Last Handshake of its map-server.",
    )

    objects = ServerQuerySet.as_manager()

    class Meta:
        db_table = "registered_servers"
        verbose_name = _("server")
        verbose_name_plural = _("servers")
        db_table_comment = "Game servers. Each has its own schema."
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="registered_servers_schema_generated",
                condition=Q(schema_name__regex=r"^server_[0-9a-f]{16}$"),
            ),
            models.CheckConstraint(
                name="registered_servers_id_generated",
                condition=Q(server_id__regex=r"^server-[0-9a-f]{16}$"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def fresh(cls, **fields: Any) -> Server:
        """An unsaved server with generated names and, where nothing else is said, the platform's
        limits."""
        token = secrets.token_hex(8)
        fields.setdefault("rate_limit_per_minute", settings.RATE_LIMIT_PER_MINUTE)
        fields.setdefault("rate_limit_per_hour", settings.RATE_LIMIT_PER_HOUR)
        return cls(schema_name=f"server_{token}", server_id=f"server-{token}", **fields)

    @property
    def path(self) -> str:
        """Where its pages live."""
        return f"/s/{self.server_id}/"

    @property
    def live_group(self) -> str:
        """Its channel group. Made from the generated id alone."""
        return f"live.{self.server_id}"


class ServerDomain(DomainMixin):  # type: ignore[misc]
    """Host names of a server, for installations that give each its own."""

    class Meta:
        db_table = "server_domains"
        verbose_name = _("server domain")
        verbose_name_plural = _("server domains")


class SchemaTemplate(models.Model):
    """SQL that makes a server's schema, dumped from one made by the migrations."""

    fingerprint = models.CharField(
        _("fingerprint"),
        primary_key=True,
        max_length=64,
        db_comment="SHA-256 over the tenant apps' migrations.",
    )
    sql = models.TextField(
        _("SQL"), db_comment="Statements, with a placeholder for the schema's name."
    )
    created_at = models.DateTimeField(
        _("created at"), auto_now_add=True, db_comment="When it was dumped."
    )

    class Meta:
        db_table = "schema_templates"
        verbose_name = _("schema template")
        verbose_name_plural = _("schema templates")
