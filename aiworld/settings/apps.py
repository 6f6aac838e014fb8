"""Which apps there are, and which schema their tables live in."""

from aiworld.settings.env import BASE_DIR, env

# Tables of `public`: shared by every server. `tenants` first: its `migrate` command and its
# templates win over those of django-tenants and the admin.
SHARED_APPS = [
    "tenants",
    "django_tenants",
    "aiworld",
    "grpc_api",
    "portal",
    "inference",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "channels",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.simple_history",
    "simple_history",
    "django.contrib.admin.apps.SimpleAdminConfig",
]

# Tables of every server's own schema. The admin is in both lists, or the log rows of different
# servers could not be told apart.
TENANT_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",
    "npcs",
    "world",
    "quests",
    "agents",
    "inference.ledger",
]

INSTALLED_APPS = SHARED_APPS + [app for app in TENANT_APPS if app not in SHARED_APPS]

TENANT_MODEL = "tenants.Server"
TENANT_DOMAIN_MODEL = "tenants.ServerDomain"
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("pt-br", "Português (Brasil)"),
    ("es", "Español"),
    ("th", "ไทย"),
    ("id", "Bahasa Indonesia"),
    ("ko", "한국어"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env("TIME_ZONE", default="UTC")
