"""HTTP and websockets, for Daphne."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aiworld.settings")
http = get_asgi_application()  # loads the apps; what is imported below needs them

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.conf import settings  # noqa: E402
from django.urls import re_path  # noqa: E402

from aiworld.uploads import BodyLimit  # noqa: E402
from portal.consumers import JobConsumer  # noqa: E402
from tenants.consumers import LiveConsumer  # noqa: E402

routes = URLRouter(
    [
        re_path(r"^ws/s/(?P<server_id>server-[0-9a-f]{16})/live/$", LiveConsumer.as_asgi()),
        re_path(r"^ws/jobs/(?P<job_id>[0-9a-f-]{36})/$", JobConsumer.as_asgi()),
    ]
)
# Browsers say which site a page came from; one of another site that borrows a session is refused.
websocket = AllowedHostsOriginValidator(AuthMiddlewareStack(routes))
limited = BodyLimit(http, most=settings.MAX_UPLOAD_BYTES)
application = ProtocolTypeRouter({"http": limited, "websocket": websocket})
