"""What the two ends of a TCP connection to the inference process know each other by. A unix socket
needs none of it: its mode is the access control."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from ipaddress import ip_address

from aiworld.errors import Invalid

SHORTEST = 24
"""Characters of a token."""


@dataclass(frozen=True, kw_only=True)
class Credentials:
    token: str = field(default="", repr=False)
    """Both ends have it; the client says it in its first frame."""
    certificate: str = ""
    """Of the server: a PEM file, with what is between it and the authority."""
    key: str = ""
    """Of the certificate; empty: in the same file."""
    authority: str = ""
    """Whom the client trusts: a PEM file; empty: the system's."""

    def check(self, scheme: str, host: str) -> None:
        """Raises Invalid where others could read along, or ask without being known."""
        if len(self.token) < SHORTEST:
            raise Invalid(f"{scheme}:// needs INFERENCE_TOKEN, of {SHORTEST} characters or more")
        if scheme == "tcp" and not is_here(host):
            raise Invalid(f"tcp:// is for addresses of this machine; use tls:// for {host}")

    def of_server(self) -> ssl.SSLContext:
        """Raises Invalid, OSError (ssl.SSLError is one)."""
        if not self.certificate:
            raise Invalid("tls:// needs INFERENCE_TLS_CERT")
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.certificate, self.key or None)
        return context

    def of_client(self) -> ssl.SSLContext:
        """Raises OSError."""
        context = ssl.create_default_context(cafile=self.authority or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context


NOBODY = Credentials()


def is_here(host: str) -> bool:
    """Whether it is this very machine, which nobody else can listen to."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
