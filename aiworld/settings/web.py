"""Web: middleware, templates, static files, websockets."""

from aiworld.settings.env import BASE_DIR, env

HOST = env("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000)
SERVER_HOSTS = env.bool("SERVER_HOSTS", default=False)
"""Whether servers may have host names of their own, beside their path."""
ROOT_URLCONF = "aiworld.urls"
ASGI_APPLICATION = "aiworld.asgi.application"
LOGIN_URL = "/account/login/"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "aiworld.rest.cors.CorsMiddleware",
    "tenants.middleware.ContentSecurityPolicyMiddleware",
    "tenants.middleware.ServerPathMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tenants.middleware.MembershipMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tenants.middleware.ServerSchemaMiddleware",  # the last: the others read shared tables
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "aiworld.accounts.context.accounts",
            ],
        },
    },
]
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True  # no collectstatic: every process indexes the files at its start
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CHANNELS_REDIS_URL = env("CHANNELS_REDIS_URL", default="redis://127.0.0.1:6379/2")
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            "hosts": [CHANNELS_REDIS_URL],
            "prefix": "aiworld",
        },
    },
}
MAP_IMAGES_DIR = env("MAP_IMAGES_DIR", default="")
"""A folder with pictures of the game's maps, <map>.png; empty: the admin shows none."""
