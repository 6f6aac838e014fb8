"""Several gRPC processes on one port; that they lose no call is in tests/faults."""

from __future__ import annotations

import socket

import pytest

from grpc_api.processes import reserved


def test_a_port_is_held_for_ourselves():
    with reserved("127.0.0.1", 0) as holder:
        port = holder.getsockname()[1]
        with socket.socket() as stranger, pytest.raises(OSError):
            stranger.bind(("127.0.0.1", port))
        with socket.socket() as knocking:
            assert knocking.connect_ex(("127.0.0.1", port)) != 0  # it takes no connection


def test_a_port_where_somebody_listens_is_refused_even_if_he_would_share_it():
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        port = stranger.getsockname()[1]
        with pytest.raises(SystemExit, match=f"cannot listen on 127.0.0.1:{port}"):
            reserved("127.0.0.1", port)
