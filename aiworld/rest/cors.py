"""Lets pages of other origins use the REST API with a key of their own. Cookies are never sent
along, so nobody's session can be used from elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

GetResponse = Callable[[HttpRequest], HttpResponse]
PREFIX = "/api/"
SENT = "Authorization, Content-Type, Idempotency-Key, X-API-Key, X-Server-Id"
TOLD = "Retry-After, Idempotent-Replayed"
A_DAY = "86400"


class CorsMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not (settings.CORS_ORIGINS and request.path_info.startswith(PREFIX)):
            return self.get_response(request)
        origin = request.headers.get("origin", "")
        known = origin in settings.CORS_ORIGINS
        asks = request.method == "OPTIONS" and "access-control-request-method" in request.headers
        response = HttpResponse(status=204) if asks and known else self.get_response(request)
        patch_vary_headers(response, ["Origin"])
        if known:
            response["Access-Control-Allow-Origin"] = origin
            response["Access-Control-Expose-Headers"] = TOLD
        if asks and known:
            response["Access-Control-Allow-Methods"] = "GET, POST, PATCH, DELETE"
            response["Access-Control-Allow-Headers"] = SENT
            response["Access-Control-Max-Age"] = A_DAY
        return response
