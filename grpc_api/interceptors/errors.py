"""Errors of the subject modules become status codes here, and only here."""

from __future__ import annotations

import logging
import math
from collections.abc import AsyncIterator
from typing import Any, NoReturn

import grpc
from django.db import DatabaseError
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2

from aiworld import errors
from grpc_api.interceptors.base import Context, Interceptor, Malformed, Stream, Unary

log = logging.getLogger(__name__)

STATUS = {
    errors.Invalid: grpc.StatusCode.INVALID_ARGUMENT,
    errors.NotFound: grpc.StatusCode.NOT_FOUND,
    errors.Unauthenticated: grpc.StatusCode.UNAUTHENTICATED,
    errors.Refused: grpc.StatusCode.PERMISSION_DENIED,
    errors.SwitchedOff: grpc.StatusCode.FAILED_PRECONDITION,
    errors.Conflict: grpc.StatusCode.ABORTED,
    errors.OverQuota: grpc.StatusCode.RESOURCE_EXHAUSTED,
    errors.DeadlineExceeded: grpc.StatusCode.DEADLINE_EXCEEDED,
    errors.Unavailable: grpc.StatusCode.UNAVAILABLE,
    errors.AIWorldError: grpc.StatusCode.UNKNOWN,
}
MALFORMED = "the request is no valid message: strings must be UTF-8 (use raw_text for client bytes)"


class Errors(Interceptor):
    def unary(self, proceed: Unary, method: str) -> Unary:
        async def call(request: Any, context: Context) -> Any:
            try:
                return await proceed(well_formed(request), context)
            except Exception as error:
                await refuse(context, error, method)

        return call

    def stream(self, proceed: Stream, method: str) -> Stream:
        async def call(request: Any, context: Context) -> AsyncIterator[Any]:
            try:
                async for part in proceed(well_formed(request), context):
                    yield part
            except Exception as error:
                await refuse(context, error, method)

        return call


def well_formed(request: Any) -> Any:
    if isinstance(request, Malformed):
        raise errors.Invalid(MALFORMED)
    return request


async def refuse(context: Context, error: Exception, method: str) -> NoReturn:
    if isinstance(error, grpc.aio.AbortError | grpc.RpcError):
        raise error
    known = translated(error)
    if known is None:
        log.exception("%s failed", method, exc_info=error)
        await context.abort(grpc.StatusCode.INTERNAL, "internal error; the log says more")
    assert known is not None
    code = next(STATUS[kind] for kind in type(known).__mro__ if kind in STATUS)
    await context.abort(code, known.message, trailing_metadata=details(known, code))


def translated(error: Exception) -> errors.AIWorldError | None:
    """A database that is away is not the caller's fault, and not a bug."""
    if isinstance(error, errors.AIWorldError):
        return error
    if isinstance(error, DatabaseError) and not error.args:
        return None
    if isinstance(error, TimeoutError):
        return errors.DeadlineExceeded("the deadline passed before there was an answer")
    return None


def details(
    error: errors.AIWorldError, code: grpc.StatusCode
) -> tuple[tuple[str, str | bytes], ...]:
    """The trailing metadata of a refusal: what gRPC's rich errors hold, and `retry-after` for those
    who do not unpack them."""
    plain: tuple[tuple[str, str], ...] = ()
    status = status_pb2.Status(code=code.value[0], message=error.message)
    reason = type(error).__name__
    _pack(status, error_details_pb2.ErrorInfo(reason=reason, domain="aiworld"))
    if error.field:
        wrong = error_details_pb2.BadRequest.FieldViolation(
            field=error.field, description=error.message
        )
        _pack(status, error_details_pb2.BadRequest(field_violations=[wrong]))
    if error.retry_after is not None:
        retry = error_details_pb2.RetryInfo()
        retry.retry_delay.FromNanoseconds(int(error.retry_after * 1e9))
        _pack(status, retry)
        plain = (("retry-after", str(max(math.ceil(error.retry_after), 1))),)
    if isinstance(error, errors.OverQuota) and error.limit:
        violation = error_details_pb2.QuotaFailure.Violation(
            subject=error.limit, description=error.message
        )
        _pack(status, error_details_pb2.QuotaFailure(violations=[violation]))
    return (("grpc-status-details-bin", status.SerializeToString()), *plain)


def _pack(status: status_pb2.Status, detail: Any) -> None:
    packed = any_pb2.Any()
    packed.Pack(detail)
    status.details.append(packed)
