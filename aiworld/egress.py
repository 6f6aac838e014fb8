"""Where this installation may be sent by an address that a customer typed (SSRF, OWASP ASVS 1.3.6).

Pure rules; nothing here opens a connection. An address is taken apart by one strict pattern and put
together again, so that no other parser can read it differently; and every IP address that a name
leads to has to be public. Whoever connects must connect to the address that was judged."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from aiworld.errors import Invalid

LONGEST = 200
PORTS = {"https": 443, "http": 80}
FIRST_FREE_PORT = 1024
"""Below it only the scheme's own: what else listens there is no language model."""
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<host>\[[0-9a-f.]*:[0-9a-f:.]*\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.?)"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:/[A-Za-z0-9._~-]*)*)"
)
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_LOCAL = (".localhost", ".local", ".internal", ".intranet", ".lan", ".home", ".corp", ".home.arpa")
_IPV6_GLOBAL = ipaddress.ip_network("2000::/3")
_REFUSED = tuple(
    ipaddress.ip_network(each)
    for each in (
        # IANA's special-purpose registries: whatever is not for the public Internet.
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",  # Azure's host, reached from inside its machines only
        # Within 2000::/3: Teredo and other protocols, documentation, 6to4, local 6bone remains.
        "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
    )
)  # fmt: skip
_NEVER = tuple(
    ipaddress.ip_network(each)
    for each in (
        "0.0.0.0/8", "169.254.0.0/16", "168.63.129.16/32", "224.0.0.0/3", "fe80::/10",
        "fd00:ec2::/32", "ff00::/8", "::/128",
    )
)  # fmt: skip
"""Not even for a host that the operator allowed: clouds' metadata, groups, nobody."""
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Target:
    scheme: str
    host: str
    """Lower case, without brackets."""
    port: int
    path: str
    private: bool = False
    """The operator allowed this host to be in their own network."""

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"


def target(url: str, *, private_hosts: Iterable[str] = ()) -> Target:
    """Takes an address apart. `private_hosts` are `host:port` of the operator's own network; only
    they may be asked without TLS. Raises Invalid, which says what is wrong."""
    found = _ADDRESS.fullmatch(_lowered(url.strip()))
    if len(url) > LONGEST or not url.isascii() or found is None:
        raise _invalid(_("Write it like https://api.example.com/v1, without a user name or query."))
    scheme, host = found["scheme"], found["host"].strip("[]").rstrip(".")
    port, path = int(found["port"] or PORTS[scheme]), found["path"].rstrip("/")
    if "/../" in f"{path}/" or "/./" in f"{path}/":
        raise _invalid(_("The path of the address must not hold . or .. as a folder."))
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    private = place in {each.strip().lower() for each in private_hosts}
    if not private:
        _check_public(scheme, host, port)
    return Target(scheme, host, port, path, private)


def judged(target: Target, addresses: Iterable[str]) -> str:
    """The one to connect to, of those that the host's name leads to. All of them have to be
    allowed: of a mixture, the next look-up might give the other. Raises Invalid."""
    found = [ipaddress.ip_address(each.partition("%")[0]) for each in addresses]
    if not found:
        raise _invalid(_("This name leads nowhere."))
    if not all(allowed(each, private=target.private) for each in found):
        raise _invalid(_("This name leads to an address that is not on the public Internet."))
    return str(min(found, key=lambda each: each.version))


def allowed(address: Address, *, private: bool = False) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        # Written this way to look like something else; no resolver needs it.
        return private and allowed(address.ipv4_mapped, private=True)
    if _within(address, _NEVER):
        return False
    if private:
        return True
    if address.version == 6 and address not in _IPV6_GLOBAL:  # also NAT64, ULA, loopback
        return False
    return not _within(address, _REFUSED)


def nearby(host: str) -> bool:
    """Whether a host that the operator named is on this machine or in their own network, as far as
    its name tells: nothing is looked up."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return bool(host) and ("." not in host or f".{host}".endswith(_LOCAL))
    return address.is_loopback or address.is_private


def _check_public(scheme: str, host: str, port: int) -> None:
    if scheme != "https":
        raise _invalid(_("Only https:// is possible: otherwise the key would travel in the open."))
    if port != PORTS[scheme] and not FIRST_FREE_PORT <= port <= 65_535:
        raise _invalid(_("This port is not possible. Use 443, or one from 1024 on."))
    literal = _literal(host)
    if literal:
        if not allowed(literal):
            raise _invalid(_("This address is not on the public Internet."))
        return
    labels = host.split(".")
    if len(host) > 253 or not all(map(_LABEL.fullmatch, labels)):
        raise _invalid(_("This is no host name. Write accents and other letters as xn--."))
    if len(labels) < 2 or f".{host}".endswith(_LOCAL):
        raise _invalid(_("This host is not on the public Internet."))


def _literal(host: str) -> Address | None:
    """An IP address, written the one strict way. What ends in a number and is none (decimal, octal,
    hexadecimal or shortened forms, which a C library would read) is refused."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        if _NUMBER.fullmatch(host.rpartition(".")[2]) or ":" in host:
            raise _invalid(
                _("Write an IP address as four numbers with dots, or the name of a host.")
            ) from None
    return None


def _lowered(url: str) -> str:
    """Scheme and host in lower case; the path as it is."""
    scheme, mark, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}{mark}{host.lower()}{slash}{path}"


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)


def _invalid(words: str) -> Invalid:
    return Invalid(words, field="base_url")
