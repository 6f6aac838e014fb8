"""Who may speak for a server: keys of map-servers, memberships of people."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.models.server import Server


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def usable(self) -> ApiKeyQuerySet:
        now = timezone.now()
        return self.filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=now),
            revoked_at__isnull=True,
        )


class ApiKey(models.Model):
    """The key itself is shown once and never stored."""

    server = models.ForeignKey(
        Server,
        verbose_name=_("server"),
        on_delete=models.CASCADE,
        related_name="api_keys",
        db_comment="Server it opens.",
    )
    name = models.CharField(
        _("name"), max_length=60, default="map-server", db_comment="What its owner calls it."
    )
    prefix = models.CharField(
        _("prefix"),
        max_length=24,
        unique=True,
        editable=False,
        db_comment="Public part, for the look-up.",
    )
    digest = models.BinaryField(
        _("digest"),
        max_length=32,
        editable=False,
        db_comment="HMAC-SHA256 of the whole key, by API_KEY_SALT.",
    )
    created_at = models.DateTimeField(
        _("created at"), auto_now_add=True, db_comment="When it was issued."
    )
    expires_at = models.DateTimeField(
        _("expires at"), null=True, blank=True, db_comment="When it ends by itself; null: never."
    )
    revoked_at = models.DateTimeField(
        _("revoked at"),
        null=True,
        blank=True,
        db_comment="When it was taken back; null: it was not.",
    )
    last_used_at = models.DateTimeField(
        _("last used at"),
        null=True,
        blank=True,
        editable=False,
        db_comment="Last call with it, to the minute.",
    )

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        db_table = "api_keys"
        verbose_name_plural = _("API keys")
        verbose_name = _("API key")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Admin")
    EDITOR = "editor", _("Editor")
    VIEWER = "viewer", _("Viewer")


class Membership(models.Model):
    """A person's role on one server. Decides who enters, not `is_staff`: a Django permission
    would count on all servers."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="memberships",
        db_comment="The person.",
    )
    server = models.ForeignKey(
        Server,
        verbose_name=_("server"),
        on_delete=models.CASCADE,
        related_name="memberships",
        db_comment="The server.",
    )
    role = models.CharField(
        _("role"),
        max_length=10,
        choices=Role.choices,
        default=Role.VIEWER,
        db_comment="owner, admin, editor or viewer.",
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True, db_comment="Since when.")

    class Meta:
        db_table = "memberships"
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "server"], name="memberships_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} — {self.get_role_display()} of {self.server}"

    @property
    def may_edit(self) -> bool:
        return self.role != Role.VIEWER


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> InvitationQuerySet:
        return self.filter(
            accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=timezone.now()
        )


class Invitation(models.Model):
    """Asks a person, by mail, to join a server. The link's token is stored only as a hash."""

    server = models.ForeignKey(
        Server,
        verbose_name=_("server"),
        on_delete=models.CASCADE,
        related_name="invitations",
        db_comment="To which server.",
    )
    email = models.EmailField(_("email"), db_comment="Who is asked.")
    role = models.CharField(
        _("role"),
        max_length=10,
        choices=Role.choices,
        default=Role.VIEWER,
        db_comment="Role offered.",
    )
    digest = models.BinaryField(
        _("digest"),
        max_length=32,
        unique=True,
        editable=False,
        db_comment="SHA-256 of the link's token.",
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("invited by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_comment="Who asks.",
    )
    created_at = models.DateTimeField(
        _("created at"), auto_now_add=True, db_comment="When the mail went out."
    )
    expires_at = models.DateTimeField(_("expires at"), db_comment="Until when the link works.")
    accepted_at = models.DateTimeField(
        _("accepted at"), null=True, db_comment="When it was taken up."
    )
    revoked_at = models.DateTimeField(
        _("revoked at"), null=True, db_comment="When it was taken back."
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        db_table = "invitations"
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["server", "email"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitations_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.server}"
