"""What the tests of the game's door share."""

import time
import uuid

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

from grpc_api.pb.aiworld.v1 import dialogue_pb2

KEY = "prontera/Brannoc#town"
DETAILS = (
    error_details_pb2.ErrorInfo,
    error_details_pb2.BadRequest,
    error_details_pb2.RetryInfo,
    error_details_pb2.QuotaFailure,
)


def request(text, player, **fields):
    fields.setdefault("request_id", uuid.uuid4().hex)
    fields.setdefault("npc", KEY)
    return dialogue_pb2.TalkRequest(player=player, text=text, **fields)


def until(condition, seconds=5.0):
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it never happened"
        time.sleep(0.01)


def refused(call):
    with pytest.raises(grpc.RpcError) as caught:
        call()
    return caught.value


def details(error):
    """The typed details of a refusal, by the name of their type."""
    [raw] = [v for k, v in error.trailing_metadata() if k == "grpc-status-details-bin"]
    found = {}
    for detail in status_pb2.Status.FromString(raw).details:
        for kind in DETAILS:
            if detail.Is(kind.DESCRIPTOR):
                found[kind.__name__] = kind.FromString(detail.value)
    return found


def field_of(error):
    """Which field of the request was wrong."""
    return details(error)["BadRequest"].field_violations[0].field
