"""REST: Django REST framework and its OpenAPI schema."""

from typing import Any

from aiworld import __version__
from aiworld.settings.env import env

REST_MAX_BODY_BYTES = env.int("REST_MAX_BODY_BYTES", default=256 * 1024)
"""One request's body."""
CORS_ORIGINS = env.list("CORS_ORIGINS", default=[])
"""Origins, exactly as browsers send them, whose pages may use the API with a key."""
METRICS_TOKEN = env("METRICS_TOKEN", default="")
"""What a Prometheus elsewhere sends as bearer token. Empty: only this machine may scrape."""
REGISTRATION_OPEN = env.bool("REGISTRATION_OPEN", default=True)
"""Whether a server may register itself over REST, without an account."""
REGISTRATIONS_PER_ADDRESS_PER_HOUR = env.int("REGISTRATIONS_PER_ADDRESS_PER_HOUR", default=5)
REGISTRATIONS_PER_HOUR = env.int("REGISTRATIONS_PER_HOUR", default=50)
"""From everywhere together."""

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_SCHEMA_CLASS": "aiworld.rest.schema.Schema",
    "EXCEPTION_HANDLER": "aiworld.rest.problems.respond",
    "DEFAULT_PARSER_CLASSES": ["aiworld.rest.bodies.JSONBody"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "aiworld.rest.bodies.AlwaysJSON",
    "DEFAULT_PAGINATION_CLASS": "aiworld.rest.pages.Pages",
    "DEFAULT_FILTER_BACKENDS": ["aiworld.rest.filters.Filtering"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    # A view that says nothing of who may use it serves nobody.
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_VERSIONING_CLASS": None,
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "AI World",
    "DESCRIPTION": (
        "NPCs of a game server: who they are, what they know and remember, what was said.\n\n"
        "Send an API key as `Authorization: Bearer sk-...` or `x-api-key`: the key says which "
        "server is meant. Members may use the same operations with their session below "
        "`/s/<server id>/`. Errors are problem details (RFC 9457)."
    ),
    "VERSION": __version__,
    "LICENSE": {"name": "Apache-2.0"},
    "SERVERS": [
        {"url": "/", "description": "With an API key."},
        {
            "url": "/s/{server_id}",
            "description": "With a member's session.",
            "variables": {"server_id": {"default": "server-0000000000000000"}},
        },
    ],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "DISABLE_DOCSTRING_DESCRIPTIONS": True,
    "PREPROCESSING_HOOKS": ["aiworld.rest.schema.only_keys"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": False},
    # Choices are said where they count, without invented names: the default hook is left out.
    "POSTPROCESSING_HOOKS": ["aiworld.rest.schema.with_problems"],
}
